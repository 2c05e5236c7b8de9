"""When a campaign of gifts is sold out."""

import pytest

from campaigns.models import GiftStock
from campaigns.selectors.gifts import gifts_left, unknown_gifts
from campaigns.selectors.phases import phase_of_campaign
from pricing.engine.presents import Present
from tests.factories import NOON
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02", "CAM-10")]


def make_gifts(**stock):
    gifts = [
        {"sku": make_sku(code).code, "value_cents": 500} | ({"stock_units": units} if units else {})
        for code, units in stock.items()
    ]
    return make_campaign("gift", params={"gifts": gifts}, layer="order")


def test_a_campaign_is_sold_out_once_its_last_gift_is_given():
    campaign = make_gifts(MUG=2, PEN=1)
    for sku, phase in (("MUG", "running"), ("PEN", "sold_out")):
        row = GiftStock.objects.get(sku__code=sku)
        GiftStock.objects.filter(pk=row.pk).update(used=row.total)
        assert phase_of_campaign(campaign, at=NOON) == phase
    assert gifts_left([campaign.pk]) == {(f"campaign:{campaign.pk}", sku): 0 for sku in ("MUG", "PEN")}


def test_a_campaign_with_a_gift_without_end_never_is():
    campaign = make_gifts(MUG=2, PEN=None)
    GiftStock.objects.filter(sku__code="MUG").update(used=2)
    GiftStock.objects.filter(sku__code="PEN").update(used=9_999)
    assert phase_of_campaign(campaign, at=NOON) == "running"


def test_gifts_of_a_shop_are_its_own_goods():
    shop, other = make_shop(), make_sku("OTHER")
    own = make_sku("OWN", product=make_product(shop=shop))
    presents = [Present(code, 500) for code in (own.code, other.code, "NOWHERE")]
    assert unknown_gifts(presents, shop_id=shop.pk) == ["NOWHERE", "OTHER"]
    assert unknown_gifts(presents, shop_id=None) == ["NOWHERE"]
