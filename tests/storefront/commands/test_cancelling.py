"""Cancelling gives everything back, once."""

from datetime import timedelta

import pytest

from campaigns.models import CampaignBudget, LimitUse, StockBucket
from coupons.models import Coupon
from storefront.commands.cancelling import cancel_order, cancel_overdue
from storefront.models import Order, ShareReversal
from storefront.refusals import CannotCancel
from storefront.selectors.orders import overdue_orders
from tests.factories.campaigns import approve as approve_campaign
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("REV-01")]


def test_cancelling_gives_everything_back_and_reverses_every_share_once():
    # given
    sku, customer = make_sku(), make_customer()
    campaign = make_campaign("percent_off", sku=sku, stock=5, limit_units=3, budget_cents=10_000)
    coupon = make_lasting_coupon(customer)
    order = make_order({sku: 2}, customer=customer)
    # when
    for _ in range(2):
        cancel_order(order_id=order.pk, reason="changed my mind", by=make_user(), at=order.placed_at)
    # then
    order.refresh_from_db()
    assert (order.state, order.cancelled_at, order.cancel_reason) == ("cancelled", order.placed_at, "changed my mind")
    assert sum(StockBucket.objects.filter(campaign=campaign).values_list("used", flat=True)) == 0
    assert CampaignBudget.objects.get(campaign=campaign).used_cents == 0
    use = LimitUse.objects.get(campaign=campaign)
    assert (use.used_units, use.used_orders) == (0, 0)
    assert Coupon.objects.get(pk=coupon.pk).state == "unused"
    assert list(ShareReversal.objects.values_list("amount_cents", flat=True)) == [4_000, 1_000]
    assert order.transitions.count() == 1
    customer.refresh_from_db()
    assert customer.orders_placed == 0


@pytest.mark.req("CAM-08")
def test_cancelled_order_frees_the_price_for_the_next():
    sku, customer = make_sku(), make_customer()
    make_campaign("fixed_price", sku=sku, params={"price_cents": 6_000}, limit_orders=1)
    first = make_order({sku: 1}, customer=customer)
    assert make_order({sku: 1}, customer=customer).total_cents == 10_000
    cancel_order(order_id=first.pk, reason="", at=first.placed_at)
    assert make_order({sku: 1}, customer=customer).total_cents == 6_000


def test_caps_that_came_after_the_order_do_not_stand_in_the_way():
    sku, customer = make_sku(), make_customer()
    campaign = make_campaign("percent_off", sku=sku)
    order = make_order({sku: 2}, customer=customer)
    approve_campaign(make_revision("percent_off", campaign=campaign, sku=sku, stock=5, budget_cents=10_000))
    cancel_order(order_id=order.pk, reason="", at=order.placed_at)
    assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert sum(StockBucket.objects.filter(campaign=campaign).values_list("used", flat=True)) == 0


def test_paid_order_is_not_cancelled():
    order = make_paid_order()
    with pytest.raises(CannotCancel):
        cancel_order(order_id=order.pk, reason="", at=order.paid_at)
    assert Order.objects.get(pk=order.pk).state == "paid"
    assert not ShareReversal.objects.exists()


@pytest.mark.req("SHP-07")
def test_only_orders_past_their_deadline_are_overdue():
    order = make_order()
    early = order.pay_by - timedelta(microseconds=1)
    assert not overdue_orders(at=early)
    assert cancel_overdue(order_id=order.pk, at=early).state == "awaiting_payment"
    assert list(overdue_orders(at=order.pay_by)) == [order]
    assert cancel_overdue(order_id=order.pk, at=order.pay_by).state == "cancelled"
    assert not overdue_orders(at=order.pay_by)


def test_overdue_check_leaves_a_paid_order_alone():
    order = make_paid_order()
    assert cancel_overdue(order_id=order.pk, at=order.pay_by).state == "paid"
