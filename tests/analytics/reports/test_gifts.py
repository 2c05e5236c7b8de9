"""Gifts by order: value and cost as the orders have them, and back where they were cancelled."""

from datetime import date

import pytest

from analytics.reports.gifts import Gifts
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("ANA-05")]

EVER = {"since": date(2000, 1, 1), "until": date(2100, 1, 1)}


def test_each_gift_is_an_entry_with_value_and_cost_and_comes_back_with_a_cancellation():
    tea, mug, pen = make_sku("TEA"), make_sku("MUG", cost_cents=1_234), make_sku("PEN", cost_cents=None)
    gifts = [{"sku": mug.code, "value_cents": 3_000}, {"sku": pen.code, "value_cents": 550, "quantity": 2}]
    campaign = make_campaign("gift", params={"gifts": gifts}, layer="order", name="Presents")
    kept, cancelled = make_order({tea: 1}), make_order({tea: 1})
    cancel_order(order_id=cancelled.pk, reason="", at=database_now())
    rows = [row[1:3] + row[4:] for row in Gifts().rows(**EVER)]
    shops = mug.product.shop.code, pen.product.shop.code
    given = [
        (campaign.pk, "Presents", shops[0], "MUG", 1, "30.00", "12.34"),
        (campaign.pk, "Presents", shops[1], "PEN", 2, "11.00", ""),
    ]
    back = [
        (campaign.pk, "Presents", shops[0], "MUG", -1, "-30.00", "-12.34"),
        (campaign.pk, "Presents", shops[1], "PEN", -2, "-11.00", ""),
    ]
    assert [row[2:] for row in rows] == [*given, *given, *back]
    assert [row[:2] for row in rows] == [
        *[("gift", kept.number)] * 2,
        *[("gift", cancelled.number)] * 2,
        *[("gift_back", cancelled.number)] * 2,
    ]
