"""Notices of the provider: taken once, always recorded, and money that cannot be taken goes back."""

from datetime import timedelta

import pytest

from coupons.models import Coupon
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.commands.payment import start_payment, take_notice
from storefront.commands.transfers import transfer, untransferred_entries
from storefront.gateways import GATEWAYS, Notice
from storefront.models import MoneyTransfer, Order, PaymentEntry, PaymentNotice
from storefront.refusals import CannotPay, WrongNotice
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, pay

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-07")]


def notice_for(order: Order, **changes: object) -> Notice:
    return Notice(
        **{"provider": "test", "event": "event-1", "order_number": order.number, "amount_cents": order.total_cents}
        | changes
    )


def outcome_of(order: Order, **changes: object) -> str:
    return take_notice(notice=notice_for(order, **changes), at=order.placed_at).outcome


def entries_of(order: Order) -> list[tuple[str, int]]:
    return list(PaymentEntry.objects.filter(order=order).values_list("kind", "amount_cents"))


def test_payment_pays_the_order_and_uses_its_coupon():
    customer = make_customer()
    coupon = make_lasting_coupon(customer, template=make_template(budget_cents=5_000))
    order = make_order(customer=customer)
    assert pay(order).outcome == "paid"
    order.refresh_from_db()
    assert (order.state, entries_of(order)) == ("paid", [("payment", 9_000)])
    assert list(order.transitions.values_list("move", "source", "target")) == [("pay", "awaiting_payment", "paid")]
    coupon = Coupon.objects.get(pk=coupon.pk)
    assert (coupon.state, coupon.used_at) == ("used", order.paid_at)
    customer.refresh_from_db()
    assert (customer.orders_placed, customer.first_paid_at) == (1, order.paid_at)


def test_same_notice_twice_is_one_payment():
    order = make_order()
    first = take_notice(notice=notice_for(order), at=order.placed_at)
    second = take_notice(notice=notice_for(order), at=order.placed_at)
    assert (first.pk, second.outcome) == (second.pk, "paid")
    assert entries_of(order) == [("payment", 10_000)]


@pytest.mark.parametrize("amount_cents", [9_999, 10_001])
def test_another_amount_is_sent_back_and_the_order_keeps_waiting(amount_cents):
    order = make_order()
    assert outcome_of(order, amount_cents=amount_cents) == "wrong_amount"
    assert entries_of(order) == [("stray", amount_cents), ("sent_back", -amount_cents)]
    assert Order.objects.get(pk=order.pk).state == "awaiting_payment"
    assert pay(order).outcome == "paid"


@pytest.mark.parametrize("amount_cents", [0, -10_000])
def test_notice_of_no_money_is_recorded_without_an_entry(amount_cents):
    order = make_order()
    assert outcome_of(order, amount_cents=amount_cents) == "wrong_amount"
    assert entries_of(order) == []


def test_unknown_order_is_recorded():
    notice = Notice("test", "event-1", "no-such-order", 100)
    assert take_notice(notice=notice, at=database_now()).outcome == "unknown_order"
    assert take_notice(notice=notice, at=database_now()).outcome == "unknown_order"
    assert PaymentNotice.objects.count() == 1


@pytest.mark.req("REV-01", "REV-04")
def test_money_for_a_cancelled_order_is_sent_back():
    order = make_order()
    cancel_order(order_id=order.pk, reason="changed my mind", at=order.placed_at)
    assert take_notice(notice=notice_for(order), at=order.placed_at).outcome == "late"
    assert entries_of(order) == [("stray", 10_000), ("sent_back", -10_000)]
    assert Order.objects.get(pk=order.pk).state == "cancelled"


@pytest.mark.req("REV-01")
def test_payment_at_the_deadline_is_too_late_and_cancels_the_order():
    order = make_order()
    assert take_notice(notice=notice_for(order), at=order.pay_by).outcome == "late"
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "not paid in time")
    assert sum(cents for _, cents in entries_of(order)) == 0


def test_payment_just_before_the_deadline_is_in_time():
    order = make_order()
    assert take_notice(notice=notice_for(order), at=order.pay_by - timedelta(microseconds=1)).outcome == "paid"


def test_second_payment_is_sent_back():
    order = make_order()
    pay(order)
    assert take_notice(notice=notice_for(order, event="again"), at=order.placed_at).outcome == "paid_twice"
    assert entries_of(order) == [("payment", 10_000), ("stray", 10_000), ("sent_back", -10_000)]


def test_payment_whose_coupon_went_to_another_order_is_sent_back():
    customer = make_customer()
    coupon = make_lasting_coupon(customer)
    order = make_order(customer=customer)
    Coupon.objects.filter(pk=coupon.pk).update(state="unused", order_key=None, locked_at=None, lock_deadline=None)
    assert take_notice(notice=notice_for(order), at=order.placed_at).outcome == "late"
    assert Order.objects.get(pk=order.pk).state == "cancelled"


def test_pay_page_is_refused_for_what_needs_no_payment():
    order = make_order()
    with pytest.raises(CannotPay, match="time to pay"):
        start_payment(order_id=order.pk, at=order.pay_by)
    pay(order)
    with pytest.raises(CannotPay, match="not waiting"):
        start_payment(order_id=order.pk, at=order.placed_at)


@pytest.mark.parametrize("field", ["order", "amount_cents", "event", "signature"])
def test_forged_notice_is_refused(field):
    order = make_order({make_sku(): 1})
    fields = dict(start_payment(order_id=order.pk, at=order.placed_at).fields)
    with pytest.raises(WrongNotice):
        GATEWAYS["test"].read_notice({**fields, field: "1"})
    assert GATEWAYS["test"].read_notice(fields).amount_cents == 10_000


def test_money_to_send_back_is_transferred_once():
    order = make_order()
    cancel_order(order_id=order.pk, reason="", at=order.placed_at)
    take_notice(notice=notice_for(order), at=order.placed_at)
    (entry,) = untransferred_entries()
    transfer(entry=entry, at=order.placed_at)
    transfer(entry=entry, at=order.placed_at)
    assert list(MoneyTransfer.objects.values_list("entry", "reference")) == [(entry.pk, "back-event-1:back")]
    assert not untransferred_entries()
