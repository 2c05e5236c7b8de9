"""A coupon that an order earned: two refunds at once, and spent at the moment of the approval. Guards off once each."""

from collections import Counter
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest

from coupons.commands.redemption import lock_coupons
from coupons.models import Coupon
from coupons.refusals import CouponUnavailable
from promo_site.audit.run import audit
from storefront.commands import refunds, rewards
from storefront.commands.refunds import RefundRequest, approve_refund, request_refund
from storefront.models import Order, OrderReward, PaymentEntry, RewardDeduction
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order, order_cart, refund
from tests.reliability.test_reverse_races import names, without_lock
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("REV-03")]


@pytest.fixture
def earned():
    """Two pieces of 100 that earned 20 off; one less is too little."""
    template = make_template(params={"off_cents": 2_000}, threshold_cents=None)
    params = {"template": str(template.pk), "value_cents": 2_000}
    make_campaign("reward", params=params | {"threshold_pieces": 2}, layer="order")
    order = make_paid_order({make_sku(): 2}, customer=make_customer())
    settle_rewards()
    return order


def refund_works(order):
    """Two screens ask for a piece each; both show 100 less the 20 of the coupon that is used."""
    line = order.lines.get()
    asked = [RefundRequest(units={line.pk: 1}, key=uuid4(), shown_cents=8_000) for _ in range(2)]
    return [partial(request_refund, order_id=order.pk, request=request, at=order.paid_at) for request in asked]


def spend(order):
    return make_paid_order({make_sku(): 1}, customer=order.customer, coupons=[Coupon.objects.get()])


def test_two_refunds_at_once_deduct_the_coupon_once(earned, settings):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    spend(earned)
    assert Counter(names(all_at_once(refund_works(earned)))) == {"Refund": 1, "RefundChanged": 1}
    assert RewardDeduction.objects.get().amount_cents == 2_000
    assert audit() == []


def test_without_lock_and_compare_and_set_the_coupon_is_deducted_twice(earned, settings, monkeypatch):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    spend(earned)

    def withdraw(lost, at):
        OrderReward.objects.filter(pk=lost.reward.pk).update(withdrawn_at=at, deducted_cents=lost.deducted_cents)

    without_lock(monkeypatch, refunds)
    monkeypatch.setattr(rewards, "_withdraw", withdraw)
    assert names(all_at_once(refund_works(earned))) == ["Refund", "Refund"]
    assert RewardDeduction.objects.count() == 2
    assert audit()


def test_spent_at_the_moment_of_the_approval_it_is_taken_back_or_deducted(earned):
    outcomes = Counter()
    for _ in range(6):
        order = make_paid_order({make_sku(): 2}, customer=make_customer())
        settle_rewards()
        coupon = Coupon.objects.get(customer=order.customer)
        asked = refund(order, {order.lines.get().sku: 2}, approved=False)
        cart = make_cart({make_sku(): 1}, customer=order.customer)
        works = [
            partial(approve_refund, refund_id=asked.pk, by=make_user(), at=order.paid_at),
            partial(order_cart, cart),
        ]
        all_at_once(works)
        coupon.refresh_from_db()
        deducted = sum(RewardDeduction.objects.filter(reward__coupon=coupon).values_list("amount_cents", flat=True))
        outcomes[coupon.state, deducted] += 1
    assert set(outcomes) <= {("recalled", 0), ("locked", 2_000)}
    assert audit() == []


@pytest.mark.parametrize("careless", [False, True])
def test_the_compare_and_set_on_the_coupon_decides_where_somebody_is_faster(earned, monkeypatch, careless):
    asked = refund(earned, {earned.lines.get().sku: 2}, approved=False)
    coupon, quote = Coupon.objects.get(), refunds.refund_quote

    def overtaken(**asked_for):
        found = quote(**asked_for)
        hold = {"order_key": uuid4(), "deadline": coupon.valid_until, "at": coupon.valid_from}
        lock_coupons(coupon_ids=[coupon.pk], customer_id=coupon.customer_id, **hold)
        return found

    def unguarded(query, move, step, **changes):
        return query.update(state="recalled", order_key=None, lock_deadline=None)

    monkeypatch.setattr(refunds, "refund_quote", overtaken)
    if careless:
        monkeypatch.setattr("coupons.commands.recalling.move_coupon", unguarded)
        approve_refund(refund_id=asked.pk, by=make_user(), at=earned.paid_at)
        assert Coupon.objects.get().state == "recalled"
        assert audit()
        return
    with pytest.raises(CouponUnavailable):
        approve_refund(refund_id=asked.pk, by=make_user(), at=earned.paid_at)
    assert (Coupon.objects.get().state, Order.objects.get(pk=earned.pk).refunded_cents) == ("unused", 0)


def both_back(order, spending):
    """Give both orders back in the same moment, all of what is left of them."""
    asked = [refund(row, {row.lines.get().sku: row.lines.get().quantity}, approved=False) for row in (order, spending)]
    return [partial(approve_refund, refund_id=row.pk, by=make_user(), at=order.paid_at) for row in asked]


def test_the_earning_and_the_using_order_refunded_at_once_leave_no_coupon_behind(earned):
    spending = spend(earned)
    assert names(all_at_once(both_back(earned, spending))) == ["Refund", "Refund"]
    assert Coupon.objects.get().state == "recalled"  # before any timer has looked
    settle_rewards()
    assert sum(PaymentEntry.objects.values_list("amount_cents", flat=True)) == 0
    assert audit() == []


def test_they_would_if_refunds_of_one_customer_did_not_wait_for_each_other(earned, monkeypatch):
    spending = spend(earned)
    works = both_back(earned, spending)
    without_lock(monkeypatch, refunds)
    quoted, quote = Barrier(2), refunds.refund_quote

    def together(**asked_for):
        found = quote(**asked_for)
        quoted.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(refunds, "refund_quote", together)
    monkeypatch.setattr("coupons.commands.recalling.lost_among", lambda coupon_ids: {})  # as each would see it
    all_at_once(works)
    assert Coupon.objects.get().state == "unused"


@pytest.fixture
def overdue(earned):
    """An order that was not paid in time keeps the coupon, and another one is about to be placed."""
    make_order({make_sku(): 1}, customer=earned.customer, coupons=[Coupon.objects.get()])
    Coupon.objects.update(lock_deadline=earned.paid_at)
    cart = make_cart({make_sku(list_cents=1_500): 1}, customer=earned.customer)
    asked = refund(earned, {earned.lines.get().sku: 1}, approved=False)
    return partial(approve_refund, refund_id=asked.pk, by=make_user(), at=earned.paid_at), partial(order_cart, cart)


def test_an_overdue_coupon_goes_to_the_other_order_or_is_lost_but_never_both(overdue):
    approve, order = overdue
    _, answer = all_at_once([approve, order])
    taken_over = isinstance(answer, Order) and answer.total_cents == 0
    assert RewardDeduction.objects.get().amount_cents == (1_500 if taken_over else 2_000)
    assert audit() == []


def test_it_would_be_both_if_the_order_did_not_ask_and_wait(overdue, monkeypatch):
    approve, order = overdue
    quote = refunds.refund_quote

    def overtaken(**asked_for):
        found = quote(**asked_for)
        assert all_at_once([order])[0].total_cents == 0
        return found

    without_lock(monkeypatch, refunds, width=1)
    monkeypatch.setattr(refunds, "refund_quote", overtaken)
    approve()
    assert RewardDeduction.objects.get().amount_cents == 2_000  # of a coupon that takes off 1,500
