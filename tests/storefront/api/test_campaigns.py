"""What runs and what is announced, with its rules in the reader's language."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pricing.clock import database_now
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-02")]

ADDRESS = "/api/v1/campaigns/"


def listed(client, **headers):
    return client.get(ADDRESS, headers=headers).json()["campaigns"]


def test_running_campaign_says_what_it_gives_and_with_what_it_combines(integrator):
    shop = make_shop("tea-house")
    campaign = make_campaign(
        "spend_tiers", shop=shop, name="Ten off", name_zh="满百减十", badge="10 off", badge_zh="减10"
    )
    (row,) = listed(integrator)
    assert row["offer"] == f"campaign:{campaign.pk}"
    assert (row["id"], row["name"], row["badge"], row["phase"]) == (campaign.pk, "Ten off", "10 off", "running")
    assert (row["layer"], row["owner"]) == ("order", "tea-house")
    assert row["rules"] == ["¥10 off from ¥100"]
    assert row["stacking"].startswith("Combines with")
    (chinese,) = listed(integrator, **{"Accept-Language": "zh-hans"})
    assert (chinese["name"], chinese["badge"]) == ("满百减十", "减10")
    assert "100" in chinese["rules"][0]
    assert chinese["rules"] != row["rules"]


def test_running_ones_come_before_announced_ones_and_the_rest_is_not_told(integrator):
    now = database_now()
    soon, later, end = now + timedelta(days=1), now + timedelta(days=2), now + timedelta(days=9)
    sku = make_sku()
    make_campaign(name="small", priority=1)
    make_campaign(name="large", priority=9)
    make_campaign(name="later", starts_at=later, ends_at=end, warm_up_at=now)
    make_campaign(name="soon", starts_at=soon, ends_at=end, warm_up_at=now)
    make_campaign(name="secret", starts_at=soon, ends_at=end)
    make_campaign(name="over", starts_at=LONG_AGO, ends_at=now)
    make_campaign(name="paused", paused=True)
    make_campaign(name="draft", approved=False)
    make_campaign("percent_off", name="sold out", stock={sku: 0})
    assert [(row["name"], row["phase"]) for row in listed(integrator)] == [
        ("large", "running"),
        ("small", "running"),
        ("soon", "warm_up"),
        ("later", "warm_up"),
    ]


def test_more_campaigns_ask_no_more_queries(integrator):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            listed(integrator)
        return len(seen)

    def start_one():
        sku = make_sku()
        make_campaign("percent_off", sku=sku, stock={sku: 5}, shop=sku.product.shop)

    start_one()
    few = queries()
    for _ in range(5):
        start_one()
    assert (queries(), len(listed(integrator))) == (few, 6)
