"""Part refunds below the threshold of a coupon that the order earned: taken back, or what it took off is deducted."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from coupons.models import Coupon, TemplateBudget
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.commands.refunds import RefundRequest, approve_refund, refund_quote, request_refund
from storefront.models import Order, PaymentEntry, Refund, RewardDeduction
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order, make_paid_order, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06", "REV-03")]


def promise(template=None, **changes):
    """20 off a later order for one of 300 or more, once per customer."""
    template = template or make_template(params={"off_cents": 2_000}, budget_cents=50_000)
    params = {"template": str(template.pk), "value_cents": 2_000, "threshold_cents": 30_000} | changes.pop("params", {})
    return make_campaign("reward", params=params, layer="order", limit_orders=1, **changes)


@pytest.fixture
def earned():
    """Five pieces of 100 each, the coupon in the wallet."""
    return earn()


def earn(**changes):
    promise(**changes)
    customer, sku = make_customer(), make_sku()
    order = make_paid_order({sku: 5}, customer=customer)
    settle_rewards()
    return order, sku, customer


def the_coupon():
    return Coupon.objects.get(route="reward")


def received(order):
    return PaymentEntry.objects.filter(order=order).aggregate(sum=Sum("amount_cents"))["sum"]


def test_kept_while_the_rest_reaches_the_threshold_and_taken_back_with_the_approval_that_falls_below(earned):
    order, sku, _ = earned
    refund(order, {sku: 2})  # 300 are kept: reached by equality
    assert the_coupon().state == "unused"
    asked = refund(order, {sku: 1}, approved=False)
    assert (the_coupon().state, asked.amount_cents) == ("unused", 10_000)
    approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    assert (the_coupon().state, TemplateBudget.objects.get().used_cents) == ("recalled", 0)
    assert refund(order, {sku: 2}).amount_cents == 20_000
    assert (received(order), audit()) == (0, [])


@pytest.mark.req("CPN-10")
def test_a_coupon_comes_back_and_another_one_goes_with_the_same_refund(earned):
    order, _, customer = earned
    sku = make_sku()
    promise()
    second = make_paid_order({sku: 3}, customer=customer, coupons=[the_coupon()])
    settle_rewards()
    refund(second, {sku: 3})
    states = Coupon.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), audit()) == (["unused", "recalled"], [])


def test_what_is_kept_is_measured_as_it_was_when_it_was_earned():
    # given the threshold on the net of 20 % off, which comes before: 400 less 80, and 10 off with a later coupon
    sku = make_sku()
    make_campaign("percent_off", sku=sku, params={"rate_bp": 2_000})
    promise(params={"threshold_cents": 24_000})
    order = make_paid_order({sku: 4}, customer=make_customer())
    settle_rewards()
    refund(order, {sku: 1})  # 240 are kept
    assert the_coupon().state == "unused"
    refund(order, {sku: 1})
    assert the_coupon().state == "recalled"


def test_what_a_used_coupon_took_off_is_deducted_once():
    order, sku, customer = earn()
    spending = make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    assert spending.total_cents == 8_000
    asked = refund(order, {sku: 3})
    assert (asked.goods_cents, asked.deducted_cents, asked.amount_cents) == (30_000, 2_000, 28_000)
    assert (the_coupon().state, received(order)) == ("used", 22_000)
    assert refund(order, {sku: 2}).amount_cents == 20_000
    order.refresh_from_db()
    assert (order.refunded_cents, received(order), audit()) == (48_000, 2_000, [])


def test_what_one_refund_cannot_bear_is_due_with_the_next():
    promise(params={"threshold_cents": 30_500})
    customer, sku, least = make_customer(), make_sku(), make_sku(list_cents=700)
    order = make_paid_order({sku: 3, least: 1}, customer=customer)
    settle_rewards()
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    first, second, third = refund(order, {least: 1}), refund(order, {sku: 1}), refund(order, {sku: 2})
    assert [(row.deducted_cents, row.amount_cents) for row in (first, second, third)] == [
        (700, 0),
        (1_300, 8_700),
        (0, 20_000),
    ]
    assert list(RewardDeduction.objects.values_list("amount_cents", flat=True)) == [700, 1_300]
    assert (received(order), audit()) == (2_000, [])


def test_a_campaign_may_leave_what_was_spent_with_the_shopper():
    order, sku, customer = earn(params={"keep_spent": True})
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    assert refund(order, {sku: 5}).amount_cents == 50_000
    assert (the_coupon().state, audit()) == ("used", [])


def test_what_the_order_that_used_it_has_given_back_is_not_deducted(earned):
    order, sku, customer = earned
    item = make_sku()
    spending = make_paid_order({item: 2}, customer=customer, coupons=[the_coupon()])
    refund(spending, {item: 1})
    assert refund(order, {sku: 5}).deducted_cents == 1_000
    # and if it gives the rest back later, the coupon is taken back at once, and the deduction is given back
    refund(spending, {item: 1})
    assert (the_coupon().state, TemplateBudget.objects.get().used_cents) == ("recalled", 0)
    settle_rewards()
    assert (received(order), received(spending)) == (0, 0)
    assert PaymentEntry.objects.get(kind="reward_back").amount_cents == -1_000
    assert audit() == []


def test_of_a_coupon_in_an_unpaid_order_the_deduction_stays_once_it_is_paid(earned):
    order, sku, customer = earned
    unpaid = make_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    assert refund(order, {sku: 5}).deducted_cents == 2_000
    pay(unpaid)
    settle_rewards()
    assert (the_coupon().state, received(order), audit()) == ("used", 2_000, [])


def test_of_a_coupon_in_an_unpaid_order_the_deduction_is_given_back_once_it_is_cancelled(earned):
    order, sku, customer = earned
    unpaid = make_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    refund(order, {sku: 5})
    cancel_order(order_id=unpaid.pk, reason="", at=database_now())
    assert (the_coupon().state, TemplateBudget.objects.get().used_cents) == ("recalled", 0)  # nobody uses it in between
    settle_rewards()
    order.refresh_from_db()
    assert (received(order), order.refunded_cents) == (0, 50_000)
    assert list(RewardDeduction.objects.values_list("amount_cents", flat=True)) == [2_000, -2_000]
    assert audit() == []


def test_a_coupon_spent_while_the_request_waits_lowers_what_is_paid(earned):
    order, sku, customer = earned
    asked = refund(order, {sku: 5}, approved=False)
    assert asked.amount_cents == 50_000
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    row = Refund.objects.get(pk=asked.pk)
    assert (row.deducted_cents, row.amount_cents, received(order)) == (2_000, 48_000, 2_000)
    sent_again = RefundRequest(units={order.lines.get().pk: 5}, key=asked.request_key, shown_cents=50_000)
    assert request_refund(order_id=order.pk, request=sent_again, at=database_now()) == asked
    assert audit() == []


@pytest.mark.req("REV-06")
def test_the_seller_s_fault_leaves_the_coupon_and_counts_as_kept_later(earned, settings):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    order, sku, _ = earned
    asked = refund(order, {sku: 3}, fault="seller", approved=False)
    assert asked.state == "requested"  # a word that saves a coupon is looked at by a person
    approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    assert the_coupon().state == "unused"
    settings.REFUND_SELF_SERVICE_CENTS = 0
    refund(order, {sku: 2})  # at the shopper's fault 300 of 500 count as kept
    assert (the_coupon().state, audit()) == ("unused", [])


@pytest.mark.req("REV-06")
def test_the_seller_s_fault_deducts_nothing_of_a_coupon_lost_before():
    promise(params={"threshold_cents": 30_500})
    customer, sku, least = make_customer(), make_sku(), make_sku(list_cents=700)
    order = make_paid_order({sku: 3, least: 1}, customer=customer)
    settle_rewards()
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    refund(order, {least: 1})
    assert refund(order, {sku: 2}, fault="seller").amount_cents == 20_000
    assert refund(order, {sku: 1}).amount_cents == 8_700


def test_an_order_that_falls_below_before_its_coupon_is_given_gets_none():
    promise()
    sku = make_sku()
    order = make_paid_order({sku: 3}, customer=make_customer())
    refund(order, {sku: 1})
    settle_rewards()
    assert not Coupon.objects.exists()


def test_a_coupon_that_has_expired_unused_costs_nothing(earned):
    order, sku, _ = earned
    Coupon.objects.update(
        valid_until=database_now() - timedelta(days=1), valid_from=order.placed_at - timedelta(days=9)
    )
    quote = refund_quote(order=Order.objects.get(pk=order.pk), units={order.lines.get().pk: 5})
    assert (quote.amount_cents, quote.deducted_cents) == (50_000, 0)
    refund(order, {sku: 5})
    assert audit() == []


@pytest.fixture
def tiered():
    """10 off from 200, 30 off from 400: four pieces of 100 earned the better coupon."""
    lower = make_template(params={"off_cents": 1_000}, threshold_cents=None)
    better = make_template(params={"off_cents": 3_000}, threshold_cents=None)
    higher = [{"threshold_cents": 40_000, "template": str(better.pk), "value_cents": 3_000}]
    order, sku, customer = earn(
        template=lower, params={"value_cents": 1_000, "threshold_cents": 20_000, "higher": higher}
    )
    assert the_coupon().template == better
    return order, sku, customer, lower


def test_the_lower_coupon_that_is_still_reached_takes_the_place_of_the_better_one(tiered):
    order, sku, _, lower = tiered
    refund(order, {sku: 3})  # 200 are kept
    settle_rewards()
    assert list(Coupon.objects.order_by("pk").values_list("state", flat=True)) == ["recalled", "unused"]
    assert Coupon.objects.last().template == lower
    refund(order, {sku: 1})
    assert [coupon.state for coupon in Coupon.objects.all()] == ["recalled", "recalled"]
    assert audit() == []


def test_of_a_better_coupon_that_is_used_the_worth_of_the_lower_one_stays(tiered):
    order, sku, customer, _ = tiered
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[the_coupon()])
    assert [refund(order, {sku: count}).deducted_cents for count in (3, 1, 1)] == [2_000, 1_000, 0]
    settle_rewards()
    assert (Coupon.objects.count(), received(order), audit()) == (1, 3_000, [])


@pytest.mark.parametrize("better_comes_back_first", [True, False])
def test_the_lower_coupon_is_given_whichever_order_is_refunded_first(tiered, better_comes_back_first):
    order, sku, customer, lower = tiered
    item = make_sku()
    spending = make_paid_order({item: 1}, customer=customer, coupons=[the_coupon()])
    works = [(spending, {item: 1}), (order, {sku: 3})]
    for row, units in works if better_comes_back_first else reversed(works):
        refund(row, units)
    settle_rewards()
    settle_rewards()
    states = Coupon.objects.order_by("pk").values_list("template", "state")
    assert list(states)[1:] == [(lower.pk, "unused")]
    assert (states[0][1], received(order), received(spending)) == ("recalled", 20_000, 0)
    refund(order, {sku: 1})
    settle_rewards()
    settle_rewards()
    assert [coupon.state for coupon in Coupon.objects.all()] == ["recalled", "recalled"]
    assert (received(order), audit()) == (10_000, [])
