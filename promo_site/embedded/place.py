"""Where the embedded services keep their data and where they answer."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from promo_site.embedded.errors import ServiceTrouble

PROJECT = Path(__file__).resolve().parent.parent.parent
DATABASE = "promo"


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses to use, and whether each server is ours to start."""

    database_url: str
    redis_url: str
    owns_database: bool
    owns_redis: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One set of services. `durable` is off for tests, which may lose their data with the machine."""

    folder: Path
    durable: bool

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def redis(self) -> Path:
        return self.folder / "redis"

    @property
    def sockets(self) -> Path:
        """A short path: the kernel allows a socket's path about 100 characters, a checkout may lie deeper."""
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path("/tmp") / f"promo-{os.getuid()}-{digest}"

    @property
    def database_url(self) -> str:
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"

    def make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        # /tmp is everybody's: somebody else's folder under our name could hand us a false server.
        private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
        if not private or (os.getuid() and found.st_uid != os.getuid()):
            raise ServiceTrouble(f"{self.sockets} is not a private folder of this user. Remove it and start again.")


def place(profile: str) -> Place:
    """Return the place of "demo" (the folder PROMO_LOCAL, by default .local) or "test" (its sub-folder)."""
    local = Path(os.environ.get("PROMO_LOCAL") or PROJECT / ".local").resolve()
    return Place(local, durable=True) if profile == "demo" else Place(local / profile, durable=False)


def services(profile: str) -> Services:
    """Return the addresses; DATABASE_URL and REDIS_URL win over the embedded ones."""
    embedded = place(profile)
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    return Services(
        database_url=database_url or embedded.database_url,
        redis_url=redis_url or embedded.redis_url,
        owns_database=not database_url,
        owns_redis=not redis_url,
    )
