"""Random orders given back in random steps, through the commands: everything sums to what was paid."""

import random

import pytest
from django.db.models import Sum

from campaigns.models import CampaignBudget, LimitUse, StockBucket
from coupons.models import Coupon
from promo_site.audit.run import audit
from storefront.models import DiscountShare, Order, PaymentEntry, ShareReversal
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("PRC-05", "REV-02", "REV-04")]


@pytest.fixture
def shelves():
    """Two shops, prices that divide badly, campaigns of every layer with stock, limit and budget, a coupon."""
    shops = [make_shop(shipping_fee_cents=fee) for fee in (599, 0)]
    skus = [make_sku(list_cents=cents, shop=shops[cents % 2]) for cents in (333, 1_001, 4_999, 7_777, 12_345, 29_990)]
    make_campaign("percent_off", sku=skus[:2], params={"rate_bp": 1_337}, stock=500)
    make_campaign("percent_off", sku=skus[3], shop=shops[1], params={"rate_bp": 2_500}, platform_share_bp=3_333)
    tiers = [{"threshold_cents": 5_000, "off_cents": 700}, {"threshold_cents": 40_000, "off_cents": 7_001}]
    make_campaign(params={"tiers": tiers}, limit_units=9_999, budget_cents=10_000_000)
    make_campaign("free_shipping", layer="shipping", params={}, shop=shops[1], platform_share_bp=5_000)
    return skus


@pytest.mark.parametrize("seed", range(20))
def test_random_order_given_back_in_random_steps_leaves_nothing(seed, shelves):
    chance = random.Random(seed)
    # given
    customer = make_customer()
    coupon = make_lasting_coupon(customer, template=make_template("percent_off", params={"rate_bp": 777}))
    skus = chance.sample(shelves, chance.randint(1, len(shelves)))
    order = make_paid_order({sku: chance.randint(1, 7) for sku in skus}, customer=customer)
    held = dict(order.lines.values_list("sku", "quantity"))
    # when
    while any(held.values()):
        units = {sku: chance.randint(0, held[sku.pk]) for sku in skus}
        if any(units.values()):
            refund(order, units)
            held = {sku.pk: held[sku.pk] - units[sku] for sku in skus}
        order.refresh_from_db()
        received = PaymentEntry.objects.aggregate(sum=Sum("amount_cents"))["sum"]
        assert received == order.total_cents - order.refunded_cents
    # then
    assert order.refunded_cents == order.total_cents
    for share in DiscountShare.objects.annotate(back=Sum("reversals__amount_cents")):
        assert (share.back or 0) == share.amount_cents
    assert not StockBucket.objects.filter(used__gt=0).exists()
    assert not LimitUse.objects.exclude(used_units=0, used_orders=0).exists()
    assert CampaignBudget.objects.get().used_cents == 0
    assert Coupon.objects.get(pk=coupon.pk).state == "unused"
    assert audit() == []
    assert Order.objects.count() == 1
    assert ShareReversal.objects.exists() == DiscountShare.objects.filter(amount_cents__gt=0).exists()
