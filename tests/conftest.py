"""What every test may ask for. The services start with pytest and stop with it, unless the environment names others."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.utils.safestring import SafeString
from pytest_django import DjangoDbBlocker

from promo_site import embedded, translations
from tests.support.browser import CHROMIUM_OPTIONS, Live, chromium_path
from tests.support.database import copy_migrated_database, empty_what_was_written
from tests.support.workers import beat_process, worker_process

STARTED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # Playwright's loop lives in the main thread and Django takes it for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    TransactionTestCase._fixture_teardown = empty_what_was_written
    # Only the controller starts services; its xdist workers find them running.
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    # `kill` and a time limit end it like Ctrl-C, so that the servers stop too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    translations.compile_catalogues()
    try:
        config.stash[STARTED] = embedded.start("test")
        embedded.require_answers("test")
    except embedded.ServiceTrouble as trouble:
        pytest.exit(str(trouble), returncode=1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end no worker waits for the long test of another."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("slow", "browser"))))


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Each worker takes two of the 16 databases that a Redis has if nobody configured more."""
    return min(os.cpu_count() or 1, 8)


def pytest_unconfigure(config: pytest.Config) -> None:
    if started := config.stash.get(STARTED, []):
        embedded.stop("test", started)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        copy_migrated_database()


@pytest.fixture(scope="session", autouse=True)
def _pages_are_told_of_once(django_test_environment: None) -> None:
    """Test clients hear of each page, with a copy of its context, and not of every part that it includes."""
    Template._render = _render


def _render(template: Template, context: Context) -> SafeString:
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[None]:
    """A real Celery worker on the test database and on this process's own broker."""
    with worker_process():
        yield


@pytest.fixture
def celery_beat(celery_worker: None) -> Iterator[None]:
    """A worker and the beat that wakes it as the settings say."""
    with beat_process():
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    path = chromium_path()
    if path is None:
        reason = "no Chromium found: install Debian's `chromium` or set CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_OPTIONS}


@pytest.fixture
def live(live_server, browser) -> Iterator[Live]:
    """The site in a real browser: `live.page()` opens a new visitor's page on it."""
    visitors = Live(live_server.url, browser)
    yield visitors
    visitors.close()
    assert visitors.problems == []
