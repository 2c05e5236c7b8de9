"""`manage.py demo`: everything that a visitor needs, until Ctrl-C."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_site import embedded
from promo_site.demo_logins import login_table
from promo_site.quick_migrations import quick_migrations
from promo_site.supervisor import ChildDied, Supervisor
from promo_site.translations import compile_catalogues

FIRST_PAGE_SECONDS = 60
# Ctrl-C and `kill` end it alike. Set anew, since a shell starts background jobs with SIGINT ignored.
ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    help = "Start PostgreSQL, Redis, web server, Celery worker and beat with demo data; Ctrl-C stops them all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="load no demo data")

    def handle(self, *args: object, **options: object) -> None:
        begun = time.monotonic()
        host, port = os.environ.get("HOST", "127.0.0.1"), _port()
        _refuse_taken_port(host, port)
        for ending in ENDINGS:
            signal.signal(ending, _as_ctrl_c)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup keeps it running when the terminal closes
            signal.signal(signal.SIGHUP, _as_ctrl_c)
        children = Supervisor(settings.LOCAL_DIR / "logs")
        try:
            with ExitStack() as at_the_end:
                at_the_end.enter_context(embedded.running("demo"))
                embedded.require_answers("demo")
                self._prepare(with_data=not options["empty"])
                at_the_end.callback(self._stop, children)
                _start(children, host, port)
                address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
                _wait_for_first_page(children, address)
                self._greet(address, time.monotonic() - begun)
                children.watch()
        except KeyboardInterrupt:
            self.stdout.write(
                "Everything is stopped. The data stays for the next `make demo`; `make reset` forgets it."
            )
        except (ChildDied, embedded.ServiceTrouble) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _prepare(self, *, with_data: bool) -> None:
        """Bring database and catalogues up to date; data is loaded only into an empty database."""
        compile_catalogues()
        with quick_migrations():
            call_command("migrate", verbosity=0, skip_checks=False)
        if with_data:
            call_command("load_demo", if_empty=True)

    def _greet(self, address: str, seconds: float) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nThe shop is open at {address}/ after {seconds:.1f} s\n"))
        self.stdout.write("\n".join(login_table(address)))
        self.stdout.write(f"\nLogs are under {settings.LOCAL_DIR / 'logs'}. Ctrl-C stops everything.\n")
        self.stdout.flush()

    def _stop(self, children: Supervisor) -> None:
        # A second Ctrl-C of an impatient person must not leave half of it running.
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        self.stdout.write("\nStopping ...")
        self.stdout.flush()
        children.stop()


def _port() -> int:
    named = os.environ.get("PORT", "8000")
    if not (named.isascii() and named.isdecimal()) or not 0 < int(named) < 65536:
        raise CommandError(f"PORT={named} is not a port number. Choose one from 1024 to 65535: PORT=8001 make demo")
    return int(named)


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        # As servers do: the rest of a connection that has just ended does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            raise CommandError(
                f"Port {port} on {host} cannot be used: {trouble.strerror}. Is the demo running already? "
                f"Otherwise choose another port: PORT={port + 1} make demo"
            ) from trouble


def _start(children: Supervisor, host: str, port: int) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "promo_site.settings.dev", "PYTHONUNBUFFERED": "1"}
    environment.setdefault("DEBUG", "0")
    python = [sys.executable, "-m"]
    serve = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]
    serve += ["--blocking-threads", "8", "--workers-kill-timeout", "5", "promo_site.wsgi:application"]
    celery = [*python, "celery", "-A", "promo_site.celery"]
    schedule = str(settings.LOCAL_DIR / "beat-schedule")
    children.start("web", [*python, *serve], environment=environment | {"PROMO_PROCESS": "web"})
    children.start("beat", [*celery, "beat", "--pidfile=", "-s", schedule], environment=environment)
    children.start("worker", [*celery, "worker", "-c", "2", "--without-gossip"], environment=environment)


def _wait_for_first_page(children: Supervisor, address: str) -> None:
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < deadline:
        children.check()
        try:
            urllib.request.urlopen(f"{address}/", timeout=5).close()
            return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            raise ChildDied(
                f"The first page answers {answer.code}: see {settings.LOCAL_DIR / 'logs' / 'web.log'}"
            ) from answer
        except OSError:
            time.sleep(0.1)
    raise ChildDied(f"The web server does not answer: see {settings.LOCAL_DIR / 'logs' / 'web.log'}")


def _as_ctrl_c(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
