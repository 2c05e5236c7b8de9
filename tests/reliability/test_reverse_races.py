"""Two people do two things to one order at the same moment. Each guard is also switched off once."""

from collections import Counter
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest

from campaigns.models import StockBucket
from coupons.models import Coupon
from promo_site.audit.run import audit
from storefront.commands import moving, payment, refunds
from storefront.commands.cancelling import cancel_order
from storefront.commands.payment import take_notice
from storefront.commands.refunds import RefundRequest, approve_refund, request_refund
from storefront.gateways import Notice
from storefront.models import Order, PaymentEntry, PaymentNotice, Refund
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def pay_works(order: Order, *, events: int = 1) -> list:
    notices = [Notice("test", f"{order.number}-{number}", order.number, order.total_cents) for number in range(events)]
    return [partial(take_notice, notice=notice, at=order.placed_at) for notice in notices]


def cancel_work(order: Order) -> partial:
    return partial(cancel_order, order_id=order.pk, reason="changed my mind", at=order.placed_at)


def names(answers: list[object]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def without_lock(monkeypatch, module, width: int = 2) -> None:
    """The order is read without a lock, and everybody has read it before anybody goes on."""
    everybody = Barrier(width)

    def read_only(order_id):
        order = Order.objects.get(pk=order_id)
        everybody.wait(PATIENCE_SECONDS)
        return order

    monkeypatch.setattr(module, "lock_order", read_only)


@pytest.mark.req("REV-01", "SHP-07")
def test_order_cancelled_and_paid_at_the_same_moment_is_one_or_the_other():
    # given orders that hold a coupon and campaign stock each
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=100)
    outcomes = Counter()
    for _ in range(10):
        customer = make_customer()
        coupon = make_lasting_coupon(customer, template=None)
        order = make_order({sku: 2}, customer=customer)
        # when
        answers = all_at_once([cancel_work(order), *pay_works(order)])
        # then
        order.refresh_from_db()
        outcomes[order.state] += 1
        held = {"paid": "used", "cancelled": "unused"}[order.state]
        assert Coupon.objects.get(pk=coupon.pk).state == held
        notice = {"paid": "paid", "cancelled": "late"}[order.state]
        assert PaymentNotice.objects.get(order_number=order.number).outcome == notice
        assert names(answers) == sorted(["PaymentNotice", "CannotCancel" if order.state == "paid" else "Order"])
    assert sum(StockBucket.objects.values_list("used", flat=True)) == 2 * outcomes["paid"]
    assert audit() == []


def test_without_lock_and_compare_and_set_a_cancelled_order_is_paid(monkeypatch):
    def assign(order, move, *, at, **changes):
        return Order.objects.filter(pk=order.pk).update(state=moving.ORDER_MOVES[move][1], **changes)

    def read_and_be_overtaken(order_id):
        order = Order.objects.get(pk=order_id)
        assert names(all_at_once([cancel_work(order)])) == ["Order"]
        return order

    monkeypatch.setattr(payment, "move_order", assign)
    monkeypatch.setattr(payment, "lock_order", read_and_be_overtaken)
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=5)
    order = make_order({sku: 2})
    pay_works(order)[0]()
    assert Order.objects.get(pk=order.pk).paid_at is not None
    assert StockBucket.objects.get().used == 0
    assert audit()


def test_two_payments_at_the_same_moment_pay_once_and_send_one_back():
    order = make_order()
    answers = all_at_once(pay_works(order, events=4))
    assert sorted(answer.outcome for answer in answers) == ["paid", *["paid_twice"] * 3]
    assert audit() == []


def test_one_notice_delivered_four_times_at_once_is_one_payment():
    order = make_order()
    answers = all_at_once(pay_works(order) * 4)
    assert {(answer.pk, answer.outcome) for answer in answers} == {(PaymentNotice.objects.get().pk, "paid")}
    assert PaymentEntry.objects.get().amount_cents == order.total_cents


def test_four_cancellations_give_back_once():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=5)
    order = make_order({sku: 2})
    assert names(all_at_once([cancel_work(order)] * 4)) == ["Order"] * 4
    assert StockBucket.objects.get().used == 0
    assert order.transitions.count() == 1
    assert audit() == []


def refund_works(order: Order, *, times: int, shown_cents: int) -> list:
    """Every screen asks for one unit back and shows what one unit gives back now."""
    line = order.lines.get()
    requests = [RefundRequest(units={line.pk: 1}, key=uuid4(), shown_cents=shown_cents) for _ in range(times)]
    return [partial(request_refund, order_id=order.pk, request=request, at=order.paid_at) for request in requests]


@pytest.mark.req("REV-02", "PRC-05")
def test_refunds_at_the_same_moment_never_pay_a_cent_too_little_or_too_much(settings):
    # given 3 units for 290.00: 96.66, then 96.67, then 96.67; refunds that need no agent
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    make_campaign()
    order = make_paid_order({make_sku(): 3})
    # when eight screens ask for the first unit
    answers = all_at_once(refund_works(order, times=8, shown_cents=9_666))
    # then one gets it, the others are told the new amount
    assert Counter(names(answers)) == {"Refund": 1, "RefundChanged": 7}
    order.refresh_from_db()
    assert order.refunded_cents == 9_666
    assert audit() == []


def test_without_the_lock_on_the_order_a_cent_is_lost(monkeypatch, settings):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    make_campaign()
    sku = make_sku()
    order = make_paid_order({sku: 3})
    with monkeypatch.context() as careless:
        without_lock(careless, refunds)
        assert names(all_at_once(refund_works(order, times=2, shown_cents=9_666))) == ["Refund", "Refund"]
    settings.REFUND_SELF_SERVICE_CENTS = 0
    refund(order, {sku: 1})
    order.refresh_from_db()
    assert (order.total_cents, order.refunded_cents) == (29_000, 28_999)
    assert audit()


def test_one_request_approved_by_four_agents_is_paid_once():
    order = make_paid_order({make_sku(): 2})
    line = order.lines.get()
    asked = request_refund(
        order_id=order.pk, request=RefundRequest({line.pk: 1}, uuid4(), shown_cents=10_000), at=order.paid_at
    )
    works = [partial(approve_refund, refund_id=asked.pk, by=make_user(), at=order.paid_at) for _ in range(4)]
    assert Counter(names(all_at_once(works))) == {"Refund": 1, "CannotRefund": 3}
    assert PaymentEntry.objects.filter(kind="refund").get().amount_cents == -10_000
    assert Refund.objects.get().state == "approved"
    assert audit() == []
