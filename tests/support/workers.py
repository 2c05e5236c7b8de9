"""Celery as it runs in production, on the test's own database and broker."""

import os
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

START_SECONDS = 90  # a machine may be busy with other tests


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
    with tempfile.TemporaryDirectory() as folder:
        schedule = f"--schedule={Path(folder) / 'schedule'}"
        with _celery("beat", schedule, "--pidfile=", "--loglevel=WARNING"):
            yield


@contextmanager
def _celery(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    address = urlsplit(settings.SERVICES.database_url)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "promo_site.settings.test",
        "DATABASE_URL": address.geturl(),
        "REDIS_URL": settings.SERVICES.redis_url,
    }
    command = [sys.executable, "-m", "celery", "-A", "promo_site.celery", *options]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
