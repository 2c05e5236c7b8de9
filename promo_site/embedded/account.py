"""PostgreSQL refuses to run as root: how root starts it all the same, without adding a user to the system.

First choice is a user namespace that shows root as "nobody": files stay root's own. Where a container forbids
namespaces, the process really becomes "nobody" and keeps just the right to pass through root's private folders.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from promo_site.embedded.errors import ServiceTrouble


@dataclass(frozen=True, slots=True)
class Account:
    """`prefix` goes before each PostgreSQL command; `owner` is the uid and gid that its data must have."""

    prefix: tuple[str, ...]
    owner: tuple[int, int] | None


@cache
def postgres_account() -> Account:
    """Return the way to run PostgreSQL here. Raises ServiceTrouble where root has none."""
    if os.geteuid() != 0:
        return Account((), None)
    nobody = pwd.getpwnam("nobody")
    uid, gid = str(nobody.pw_uid), str(nobody.pw_gid)
    namespace = ("unshare", "--user", f"--map-user={uid}", f"--map-group={gid}", "--")
    if _works(namespace):
        return Account(namespace, (0, 0))
    rights = "-all,+dac_override"
    dropped = ("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--bounding-set=-all,+dac_override")
    dropped += (f"--inh-caps={rights}", f"--ambient-caps={rights}", "--")
    if _works(dropped):
        return Account(dropped, (nobody.pw_uid, nobody.pw_gid))
    raise ServiceTrouble(
        "PostgreSQL does not run as root, and neither unshare nor setpriv can lower the rights here. "
        "Run the command as an ordinary user, or set DATABASE_URL to an existing server."
    )


def give(folder: Path, account: Account) -> None:
    """Make the folder and what is in it belong to the account; it may have been made under the other way."""
    if account.owner is None or not folder.exists():
        return
    found = folder.stat()
    if (found.st_uid, found.st_gid) == account.owner:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, *account.owner, follow_symlinks=False)


def _works(prefix: tuple[str, ...]) -> bool:
    if not shutil.which(prefix[0]):
        return False
    probe = subprocess.run([*prefix, "id", "-u"], capture_output=True, text=True, check=False)
    return probe.returncode == 0 and probe.stdout.strip() not in ("", "0")
