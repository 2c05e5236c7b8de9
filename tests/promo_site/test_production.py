"""Production settings in a process of their own: they must not leak into the tests' settings."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

from promo_site import embedded
from promo_site.proxies import visitor_address
from promo_site.settings.services import celery_broker, databases, redis_database

SOUND = {
    "SECRET_KEY": "kU3n-9vLqQxW2yZ7aB5cD8eF1gH4iJ6kM0nO3pR5sT7uV9wX2zA4",
    "ALLOWED_HOSTS": "shop.example.com",
    "DATABASE_URL": "postgresql://promo:w8Zq3@postgres/promo",
    "REDIS_URL": "redis://redis:6379/0",
    "PAYMENT_GATEWAY": "test",
}


def manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "promo_site.settings.prod"} | SOUND | changes
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_deployment_check_has_nothing_to_say():
    answer = manage("check", "--deploy", "--fail-level", "WARNING")
    assert (answer.returncode, answer.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("name", SOUND)
def test_start_without_a_secret_an_address_or_a_gateway_is_refused_by_name(name):
    answer = manage("check", **{name: ""})
    assert answer.returncode == 1
    assert f"{name} is missing. Set it in the environment" in answer.stderr


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short or well known"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is too short or well known"),
        ("SECRET_KEY", "django-insecure-" + SOUND["SECRET_KEY"], "SECRET_KEY is too short or well known"),
        ("DATABASE_URL", "postgresql://promo:change-me@postgres/promo", "DATABASE_URL still holds the password"),
    ],
)
def test_values_from_an_example_are_refused(name, value, complaint):
    answer = manage("check", **{name: value})
    assert answer.returncode == 1
    assert complaint in answer.stderr


def test_static_files_are_collected_under_names_with_a_hash(tmp_path):
    answer = manage("collectstatic", "--noinput", STATIC_ROOT=str(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "staticfiles.json").exists()
    assert not list(tmp_path.rglob("*.br"))


@pytest.fixture
def connection_of_web():
    configured = databases(embedded.services("test").database_url, process="web")["default"]
    connections.settings["web"] = connections.configure_settings({"default": {}, "web": configured})["web"]
    yield connections["web"]
    connections["web"].close_pool()
    del connections["web"]
    del connections.settings["web"]


def test_web_requests_give_up_early_and_read_what_is_committed(connection_of_web, django_db_blocker):
    with django_db_blocker.unblock(), connection_of_web.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
            " current_setting('default_transaction_isolation')"
        )
        assert cursor.fetchone() == ("3s", "5s", "read committed")
        connection_of_web.close()


def test_other_processes_may_take_their_time():
    assert "options" not in databases(SOUND["DATABASE_URL"], process="other")["default"]["OPTIONS"]


def test_redis_addresses_in_every_spelling():
    assert redis_database("redis://:word@redis:6379/0", 3) == "redis://:word@redis:6379/3"
    assert redis_database("unix:///run/redis.sock", 1) == "unix:///run/redis.sock?db=1"
    assert celery_broker("redis://redis:6379/0", 2) == "redis://redis:6379/2"
    assert celery_broker("unix:///run/redis.sock?db=5", 2) == "redis+socket:///run/redis.sock?virtual_host=2"


def test_visitor_is_whom_the_proxy_saw_not_whom_the_visitor_claims_to_be(rf):
    forged = rf.get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9", REMOTE_ADDR="10.0.0.2")
    assert visitor_address(forged) == "203.0.113.9"
    assert visitor_address(rf.get("/", REMOTE_ADDR="10.0.0.2")) == "10.0.0.2"
