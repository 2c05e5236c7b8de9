"""Make the virtual environment .venv from the pinned requirements: `python3 promo_site/tools/environment.py demo|test`.

Runs on a bare Python ≥ 3.11, before anything is installed. Uses uv where it is found, else venv and pip; every
package is checked against its hash. A second run notices that nothing changed and is over at once.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# "test" contains everything that "demo" does.
SUFFICIENT = {"demo": ("demo", "test"), "test": ("test",)}
# For a Python that was shipped without ensurepip (Debian's, without its python3-venv package).
PIP_URL = "https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main(wanted: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything has checked it
        sys.exit(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 {wanted}"
        )
    folder = Path(os.environ.get("VENV") or PROJECT / ".venv").resolve()
    if any(_is_installed(folder, group) for group in SUFFICIENT[wanted]):
        return
    print(f"Installing the packages of requirements/{wanted}.txt into {folder} ...", flush=True)
    _install(folder, PROJECT / "requirements" / f"{wanted}.txt")
    _stamp(folder, wanted).write_text(_fingerprint(wanted))


def _is_installed(folder: Path, group: str) -> bool:
    stamp = _stamp(folder, group)
    return stamp.exists() and stamp.read_text() == _fingerprint(group) and (folder / "bin" / "python").exists()


def _stamp(folder: Path, group: str) -> Path:
    return folder / f"installed-{group}"


def _fingerprint(group: str) -> str:
    """Change with the requirements, with the Python and with the place (scripts in bin/ hold the absolute path)."""
    requirements = (PROJECT / "requirements" / f"{group}.txt").read_bytes()
    return hashlib.sha256(requirements + sys.version.encode() + str(PROJECT).encode()).hexdigest()


def _install(folder: Path, requirements: Path) -> None:
    python = folder / "bin" / "python"
    if uv := shutil.which("uv"):
        if not python.exists():
            _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        _run([uv, "pip", "install", "--quiet", "--require-hashes", "--python", str(python), "-r", str(requirements)])
        return
    if not python.exists():
        venv.create(folder, with_pip=False, symlinks=True, clear=True)
    pip = [str(python), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        ensured = subprocess.run([str(python), "-m", "ensurepip"], capture_output=True, check=False)
        if ensured.returncode:
            _unpack_pip(folder)
    # Twice: errors are shown, warnings about somebody's own pip configuration are not.
    _run(
        [
            *pip,
            "install",
            "--quiet",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(requirements),
        ]
    )


def _unpack_pip(folder: Path) -> None:
    with urllib.request.urlopen(PIP_URL, timeout=60) as answer:
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        sys.exit(f"{PIP_URL} is not the file that was expected: its hash differs. Nothing was installed.")
    (packages,) = (folder / "lib").glob("python3.*/site-packages")
    zipfile.ZipFile(io.BytesIO(wheel)).extractall(packages)


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode:
        sys.exit("The packages could not be installed: see above. Running the same command again continues.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) == 2 and sys.argv[1] in SUFFICIENT else sys.exit(__doc__))
