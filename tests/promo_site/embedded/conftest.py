import pytest

from promo_site import embedded


@pytest.fixture
def own_services(tmp_path, monkeypatch):
    """A place of its own for embedded services, stopped at the end whatever the test did."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("PROMO_LOCAL", str(tmp_path / "local"))
    yield embedded.place("demo")
    embedded.reset("demo")
