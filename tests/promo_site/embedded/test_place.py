from pathlib import Path

import pytest

from promo_site import embedded

pytestmark = pytest.mark.req("PLT-01")


def test_addresses_in_the_environment_win_and_nothing_is_started(own_services, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://promo@db.example/promo")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")
    found = embedded.services("demo")
    assert (found.database_url, found.redis_url) == (
        "postgresql://promo@db.example/promo",
        "redis://cache.example:6379/0",
    )
    assert embedded.start("demo") == []
    assert not own_services.folder.exists()


def test_one_address_alone_leaves_the_other_service_embedded(own_services, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://promo@db.example/promo")
    assert embedded.start("demo") == ["redis"]
    assert not own_services.postgres.exists()


def test_sockets_stay_short_however_deep_the_project_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMO_LOCAL", str(tmp_path / ("deep/" * 40)))
    here = embedded.place("test")
    assert len(str(here.sockets / ".s.PGSQL.5432")) < 100
    assert here.sockets != embedded.place("demo").sockets


def test_demo_keeps_its_data_on_disk_and_tests_have_a_folder_of_their_own(monkeypatch):
    monkeypatch.setenv("PROMO_LOCAL", "/srv/promo")
    assert embedded.place("demo") == embedded.Place(Path("/srv/promo"), durable=True)
    assert embedded.place("test") == embedded.Place(Path("/srv/promo/test"), durable=False)


def test_socket_folder_that_others_may_enter_is_refused(own_services):
    own_services.sockets.mkdir(mode=0o755)
    with pytest.raises(embedded.ServiceTrouble, match="is not a private folder of this user. Remove it"):
        embedded.start("demo")
