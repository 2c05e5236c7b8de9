"""A killed import leaves whole batches behind, and the next run brings the rest."""

import os
import signal
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from promo_site.audit.run import audit
from promo_site.importing.run import IMPORT_LOCK, ImportRunning
from storefront.models import Order, Refund
from tests.promo_site.importing.csv_files import order_file
from tests.promo_site.importing.state import content, imported

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

ORDERS, CANCELLATIONS = 40, 20
KILLED_IMPORT = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from tests.promo_site.importing.state import imported

def tell(stage, done, total):
    if stage == sys.argv[2] and done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

imported(Path(sys.argv[1]), tell=tell, batch_size=5)
"""


@pytest.fixture
def path(tmp_path):
    """Every customer buys two cups a day and a jug, and on the 25th half of them send a cup back."""
    bought = [
        f"{1000 + n},{sku},NAME,2,2011-03-{1 + n // 4:02d} 10:{n % 60:02d}:00,2.50,{n % 4},France"
        for n in range(ORDERS)
        for sku in ("CUP", "JUG")
    ]
    cancelled = [
        f"C{2000 + n},CUP,NAME,-3,2011-03-25 10:{n % 60:02d}:00,2.50,{n % 4},France" for n in range(CANCELLATIONS)
    ]
    return order_file(tmp_path, *bought, *cancelled)


def killed_import(path, stage: str, done: int) -> int:
    address = urlsplit(settings.SERVICES.database_url)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "promo_site.settings.test",
        "DATABASE_URL": address.geturl(),
        "REDIS_URL": settings.SERVICES.redis_url,
    }
    command = [sys.executable, "-c", KILLED_IMPORT, str(path), stage, str(done)]
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, timeout=300).returncode


@pytest.mark.parametrize(
    ("stage", "done", "orders", "some_refunds"),
    [("reading", 1, 0, False), ("orders", 15, 15, False), ("refunds", 10, ORDERS, True)],
)
def test_killed_import_can_be_repeated_and_ends_as_if_nothing_had_happened(path, stage, done, orders, some_refunds):
    assert killed_import(path, stage, done) == -signal.SIGKILL
    assert Order.objects.count() == orders
    assert Refund.objects.exists() is some_refunds
    assert audit() == []

    imported(path)
    after_the_kill = content()
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE storefront_order, campaigns_customer, pricing_sku, pricing_product, pricing_shop CASCADE"
        )
    imported(path)
    assert len(after_the_kill["orders"]) == ORDERS
    assert after_the_kill == content()
    assert audit() == []


def test_two_imports_at_once_are_one_import_and_one_clear_refusal(path):
    halfway, go_on = threading.Event(), threading.Event()

    def tell(stage, done, total):
        if stage == "orders":
            halfway.set()
            assert go_on.wait(120)

    def first():
        try:
            imported(path, tell=tell, batch_size=5)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert halfway.wait(120)
        with pytest.raises(ImportRunning, match="Another import is running"):
            imported(path)
    finally:
        go_on.set()
        thread.join(240)
    assert Order.objects.count() == ORDERS
    assert audit() == []


def test_lock_is_free_again_after_a_refused_file(path):
    path.write_text("nonsense")
    with pytest.raises(Exception, match="Missing"):
        imported(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [IMPORT_LOCK])
        assert cursor.fetchone() == (0,)
