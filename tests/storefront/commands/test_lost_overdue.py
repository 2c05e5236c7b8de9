"""A coupon that an order earned is lost while an order that nobody paid in time keeps it: no other one gets it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coupons.commands.redemption import lock_coupons
from coupons.models import Coupon, TemplateBudget
from coupons.refusals import CouponUnavailable
from coupons.tasks import release_overdue_locks
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.models import Order, RewardDeduction
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-09", "REV-03")]


@pytest.fixture
def overdue():
    """Two pieces of 100 earned 20 off, which an order keeps that was not paid in time; then one piece came back."""
    template = make_template(params={"off_cents": 2_000}, budget_cents=50_000)
    params = {"template": str(template.pk), "value_cents": 2_000, "threshold_pieces": 2}
    make_campaign("reward", params=params, layer="order", limit_orders=1)
    sku, customer = make_sku(), make_customer()
    earning = make_paid_order({sku: 2}, customer=customer)
    settle_rewards()
    make_order({make_sku(): 1}, customer=customer, coupons=Coupon.objects.all())
    past = database_now() - timedelta(seconds=1)
    Coupon.objects.update(lock_deadline=past)
    assert refund(earning, {sku: 1}).deducted_cents == 2_000
    return Coupon.objects.get()


def test_another_order_is_priced_without_it(overdue):
    second = make_order({make_sku(): 1}, customer=overdue.customer, coupons=[overdue])
    assert second.total_cents == 10_000
    assert Coupon.objects.get().order_key == overdue.order_key


def test_another_order_is_priced_with_a_good_one_that_equals_it(overdue):
    same = {"template": overdue.template, "customer": overdue.customer, "at": database_now()}
    good = make_coupon(**same, valid_until=overdue.valid_until + timedelta(days=1))
    second = make_order({make_sku(): 1}, customer=overdue.customer)
    assert second.total_cents == 8_000
    assert Coupon.objects.get(pk=good.pk).order_key == second.key


def test_who_asks_for_it_is_told_why_not_and_it_stays_where_it_is(overdue):
    order = {"order_key": uuid4(), "deadline": overdue.valid_until, "at": database_now()}
    with pytest.raises(CouponUnavailable, match="Too little is kept of the order") as refusal:
        lock_coupons(coupon_ids=[overdue.pk], customer_id=overdue.customer_id, **order)
    assert refusal.value.field == "coupons"
    assert (Coupon.objects.get().order_key, overdue.events.count()) == (overdue.order_key, 2)


def test_the_order_that_keeps_it_may_say_so_again(overdue):
    again = {"order_key": overdue.order_key, "deadline": overdue.valid_until, "at": database_now()}
    lock_coupons(coupon_ids=[overdue.pk], customer_id=overdue.customer_id, **again)
    assert overdue.events.count() == 2


def test_the_sweep_takes_it_back_in_the_moment_in_which_it_frees_it(overdue):
    assert release_overdue_locks() == 1
    assert (Coupon.objects.get().state, TemplateBudget.objects.get().used_cents) == ("recalled", 0)
    settle_rewards()
    assert list(RewardDeduction.objects.values_list("amount_cents", flat=True)) == [2_000, -2_000]
    assert (Order.objects.get(state="paid").refunded_cents, audit()) == (10_000, [])
