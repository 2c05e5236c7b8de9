"""What every test may ask for. The services start with pytest and stop with it, unless the environment names others."""

import pytest

from promo_site import embedded

STARTED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # Only the controller starts services; its xdist workers find them running.
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        try:
            config.stash[STARTED] = embedded.start("test")
        except embedded.ServiceTrouble as trouble:
            pytest.exit(str(trouble), returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if started := config.stash.get(STARTED, []):
        embedded.stop("test", started)
