"""What a pid file says, checked against what runs: pids are reused after a crash or a reboot."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def pid_in(file: Path) -> int | None:
    """Return the number on the first line, or None where there is no usable file."""
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def command_of(pid: int) -> str:
    """Return the command line of a living process, "" if there is none."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    asked = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def put_aside(file: Path, server: str) -> None:
    """Remove the pid file of a server that no longer runs, and say so."""
    if file.exists():
        print(
            f"{server} was not stopped properly: its old pid file {file} is removed and it starts anew.",
            file=sys.stderr,
        )
        file.unlink()


def stop_process(pid: int, *, within_seconds: int) -> bool:
    """Ask a process to end and wait; return whether it is gone."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if not command_of(pid):
            return True
        time.sleep(0.05)
    return False
