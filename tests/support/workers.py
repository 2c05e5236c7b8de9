"""Celery as it runs in production, on the test's own database and broker."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from redis import Redis

from promo_site.celery import app
from promo_site.settings.services import redis_database

START_SECONDS = 180  # a machine may be busy with other tests
NAME = "worker-of-a-test"  # of its sessions in the database


@contextmanager
def worker_process() -> Iterator[None]:
    """Run a worker until the block ends. It has taken up its work before the block begins."""
    broker = Redis.from_url(redis_database(settings.SERVICES.redis_url, 2 * settings.WORKER))
    broker.flushdb()
    options = ["worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    with _celery(*options) as process:
        deadline = time.monotonic() + START_SECONDS
        while not (answers := app.control.inspect(timeout=0.3).stats()):
            assert process.poll() is None, "the Celery worker ended before it was ready"
            assert time.monotonic() < deadline, f"the Celery worker was not ready within {START_SECONDS} s"
        # No other one, on the broker of another process, and none inside this process.
        assert [answer["pid"] for answer in answers.values()] == [process.pid]
        yield
    broker.flushdb()


@contextmanager
def beat_process() -> Iterator[None]:
    """Run a beat until the block ends. The worker has already been woken by it before the block begins."""
    with tempfile.TemporaryDirectory() as folder:
        schedule = f"--schedule={Path(folder) / 'schedule'}"
        with _celery("beat", schedule, "--pidfile=", "--loglevel=WARNING") as process:
            deadline = time.monotonic() + START_SECONDS
            while not _has_been_woken():
                assert process.poll() is None, "the beat ended before it was ready"
                assert time.monotonic() < deadline, f"the beat was not ready within {START_SECONDS} s"
            yield


def _has_been_woken() -> bool:
    """Has the beat let the worker do something?"""
    answers = app.control.inspect(timeout=0.3).stats() or {}
    return any(answer["total"] for answer in answers.values())


@contextmanager
def _celery(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    address = urlsplit(settings.SERVICES.database_url)._replace(path=f"/{connection.settings_dict['NAME']}")
    address = address._replace(query="&".join(filter(None, [address.query, f"application_name={NAME}"])))
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "promo_site.settings.test",
        "DATABASE_URL": address.geturl(),
        "REDIS_URL": settings.SERVICES.redis_url,
    }
    command = [sys.executable, "-m", "celery", "-A", "promo_site.celery", *options]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, process_group=0)
    try:
        yield process
    finally:
        # With those that it has started, and at once; what it has half done is undone before the test's rows go.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while _sessions():
            time.sleep(0.02)


def _sessions() -> int:
    """How many sessions of workers the database still has."""
    with connection.cursor() as cursor:
        named = "datname = current_database() AND application_name = %s"
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {named}", [NAME])
        return cursor.fetchone()[0]
