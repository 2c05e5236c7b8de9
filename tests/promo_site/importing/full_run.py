"""All real orders: import, import again, audit, replay. Not collected by itself: `make bulk` runs it."""

import os
import re
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from pricing.models import Sku
from storefront.models import Order, OrderLine
from tests.factories.campaigns import make_campaign
from tests.promo_site.importing.real_orders import real_orders

pytestmark = pytest.mark.django_db(transaction=True)

MOST_SECONDS, MOST_MIB = 180, 1024


def manage(*arguments: str) -> str:
    """Run a command as people do; show and return what it says."""
    address = urlsplit(settings.SERVICES.database_url)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "promo_site.settings.test",
        "DATABASE_URL": address.geturl(),
        "REDIS_URL": settings.SERVICES.redis_url,
    }
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
    print(f"\n$ manage.py {' '.join(arguments)}\n{done.stdout}")
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def sums() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(total_cents), sum(refunded_cents), (SELECT count(*) FROM storefront_orderline), "
            "(SELECT sum(returned) FROM storefront_orderline), (SELECT count(*) FROM storefront_refund) "
            "FROM storefront_order"
        )
        return cursor.fetchone()


def test_all_real_orders_within_three_minutes_and_one_gibibyte(tmp_path):
    path = str(real_orders())
    report = f"--report={tmp_path / 'rejected.csv'}"
    started = time.monotonic()
    said = manage("import_orders", path, report, "--no-progress")
    assert time.monotonic() - started < MOST_SECONDS
    assert int(re.search(r"peak memory (\d+) MiB", said)[1]) < MOST_MIB
    assert "541909 rows: " in said
    before, refused = sums(), (tmp_path / "rejected.csv").read_bytes()

    again = manage("import_orders", path, report, "--no-progress")
    assert "new: 0 SKUs, 0 customers, 0 orders, 0 refunds" in again
    assert (sums(), (tmp_path / "rejected.csv").read_bytes()) == (before, refused)
    assert "All ledgers agree." in manage("audit_ledgers")

    tiers = {
        "tiers": [{"threshold_cents": 30_000, "off_cents": 3_000}, {"threshold_cents": 60_000, "off_cents": 8_000}]
    }
    campaigns = [
        make_campaign("spend_tiers", params=tiers, approved=False),
        make_campaign("percent_off", sku=list(Sku.objects.order_by("code")[:400])),
    ]
    replayed = manage("replay", "--campaign", *(str(one.pk) for one in campaigns), "--no-progress")
    assert f"orders           {Order.objects.count()}, touched" in replayed
    assert "broken promises  0" in replayed
    assert OrderLine.objects.count() == before[3]
