"""Random orders that earn coupons, spent or not, given back in random parts: exact to the cent."""

import random
from datetime import date

import pytest
from django.db.models import Sum

from analytics.reports.discount_shares import DiscountShares
from coupons.models import Coupon
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.models import Order, OrderReward, PaymentEntry
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order, make_paid_order, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("PRC-05", "REV-03", "REV-04")]


def received(order):
    return PaymentEntry.objects.filter(order=order).aggregate(sum=Sum("amount_cents"))["sum"] or 0


def reported_cents():
    """What the report by order line says was kept, of all orders that were not cancelled."""
    rows = DiscountShares().rows(since=date(2000, 1, 1), until=date(2100, 1, 1))
    return sum(int(row[-2].replace(".", "")) for row in rows)


def give_back_a_part(chance, order):
    held = {line.sku: line.quantity - line.returned for line in order.lines.select_related("sku__product")}
    units = {sku: chance.randint(0, left) for sku, left in held.items()}
    if any(units.values()):
        refund(order, units, fault=chance.choice(["shopper", "shopper", "seller"]))


def spend(chance, customer, sku):
    """Use the coupon, if it is there, in an order that is paid, waits, or is cancelled later."""
    free = Coupon.objects.filter(route="reward", state="unused").first()
    if free is None:
        return None
    order = make_order({sku: chance.randint(1, 3)}, customer=customer, coupons=[free])
    if chance.random() < 0.6:
        pay(order)
    return order


@pytest.mark.parametrize("seed", range(10))
def test_entries_sum_to_what_was_paid_and_nothing_is_refunded_twice(seed):
    chance = random.Random(seed)
    shop = make_shop(shipping_fee_cents=599)
    skus = [make_sku(list_cents=cents, shop=shop) for cents in (333, 1_001, 7_777, 12_345)]
    other, customer = make_sku(list_cents=9_999), make_customer()
    policy = {"refund_policy": chance.choice(["as_paid", "reprice"])}
    make_campaign("percent_off", sku=skus[:2], params={"rate_bp": 1_337})
    make_campaign(params={"tiers": [{"threshold_cents": 20_000, "off_cents": 4_001}]}, **policy)
    template = make_template(params={"off_cents": 2_001}, threshold_cents=None, budget_cents=50_000)
    threshold = {"threshold_cents": chance.choice([10_000, 25_000]), "keep_spent": chance.random() < 0.2}
    params = {"template": str(template.pk), "value_cents": 2_001, **threshold}
    make_campaign("reward", sku=skus, params=params, layer="order")
    order = make_paid_order({sku: chance.randint(1, 4) for sku in skus}, customer=customer)
    settle_rewards()
    # when
    spending = None
    for _ in range(6):
        spending = spending or (spend(chance, customer, other) if chance.random() < 0.5 else None)
        order.refresh_from_db()
        give_back_a_part(chance, order)
        order.refresh_from_db()
        assert 0 <= order.refunded_cents <= order.total_cents
        assert received(order) == order.total_cents - order.refunded_cents
    if spending and Order.objects.get(pk=spending.pk).state == "awaiting_payment":
        cancel_order(order_id=spending.pk, reason="", at=database_now())
    elif spending and chance.random() < 0.5:
        give_back_a_part(chance, Order.objects.get(pk=spending.pk))
    settle_rewards()
    settle_rewards()
    # then
    kept = Order.objects.filter(state="paid").aggregate(sum=Sum("total_cents") - Sum("refunded_cents"))["sum"]
    assert reported_cents() == sum(received(row) for row in Order.objects.all()) == kept
    for reward in OrderReward.objects.filter(coupon__isnull=False, withdrawn_at__isnull=False):
        assert reward.coupon.state in ("recalled", "used")
        assert reward.coupon.state == "used" or not reward.deducted_cents
    assert audit() == []
