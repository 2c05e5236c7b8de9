"""Starting and stopping the pair, one process at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from promo_site.embedded import postgres, redis
from promo_site.embedded.place import Place, place, services


def start(profile: str) -> list[str]:
    """Start what the environment does not name elsewhere; return the names of what was not running yet."""
    asked, here = services(profile), place(profile)
    if not (asked.owns_database or asked.owns_redis):
        return []
    here.make_folders()
    with _alone(here), ExitStack() as undone:
        started = []
        for name, owned, module in (("postgres", asked.owns_database, postgres), ("redis", asked.owns_redis, redis)):
            if owned and module.start(here):
                # If the second one fails, or somebody presses Ctrl-C, the first must not stay behind.
                undone.callback(module.stop, here)
                started.append(name)
        undone.pop_all()
        return started


def stop(profile: str, names: list[str] | None = None) -> None:
    """Stop the named services, by default both."""
    here = place(profile)
    if not here.folder.exists():
        return
    with _alone(here):
        if names is None or "redis" in names:
            redis.stop(here)
        if names is None or "postgres" in names:
            postgres.stop(here)


# By name: PROMO_LOCAL may point to a folder that holds other things as well.
DATA = ("postgres", "postgres.unfinished", "redis", "static", "media", "logs")


def reset(profile: str) -> None:
    """Stop both services and remove their data and all that was made beside it."""
    stop(profile)
    here = place(profile)
    for name in DATA:
        shutil.rmtree(here.folder / name, ignore_errors=True)
    for schedule in here.folder.glob("beat-schedule*"):
        schedule.unlink()
    shutil.rmtree(here.sockets, ignore_errors=True)


@contextmanager
def running(profile: str) -> Iterator[None]:
    """Start what is missing; at the end stop exactly that."""
    started = start(profile)
    try:
        yield
    finally:
        stop(profile, started)


@contextmanager
def _alone(here: Place) -> Iterator[None]:
    """Two commands starting at the same moment must not both make the data folder."""
    with (here.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
