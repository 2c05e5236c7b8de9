"""Money coming in: every notice of the provider is taken once and always recorded."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from campaigns.models import Customer
from coupons.commands.redemption import use_coupons
from coupons.refusals import LockLost
from pricing.engine.messages import N_
from pricing.transactions import command
from storefront.commands.cancelling import NOT_PAID_IN_TIME, cancel_locked
from storefront.commands.moving import lock_order, move_order
from storefront.gateways import GATEWAYS, Instruction, Notice
from storefront.lifecycle import OrderState
from storefront.models import EntryKind, Order, Outcome, PaymentEntry, PaymentNotice
from storefront.refusals import CannotPay
from storefront.selectors.uses import shares_of


def start_payment(*, order_id: int, at: datetime) -> Instruction:
    """Return how the shopper pays for the order. Raises CannotPay unless it waits for its payment in time."""
    order = Order.objects.get(pk=order_id)
    if order.state != OrderState.AWAITING_PAYMENT:
        raise CannotPay(N_("This order is not waiting for a payment."), field="order")
    if at >= order.pay_by:
        raise CannotPay(N_("The time to pay for this order has passed."), field="order")
    gateway = GATEWAYS[settings.PAYMENT_GATEWAY]
    return gateway.begin(order_number=order.number, amount_cents=order.total_cents)


def take_notice(*, notice: Notice, at: datetime) -> PaymentNotice:
    """Take a payment notice, once per (provider, event), and say what came of it.

    Money that cannot be taken (order cancelled or overdue, paid already, another amount) is recorded as a
    stray entry and sent back by a second one; an unknown order leaves the notice alone. Nothing is refused:
    the provider has done its part.
    """
    try:
        return _take(notice=notice, at=at)
    except IntegrityError:
        # A twin of this notice, for another order or none, was faster: its row tells the outcome.
        if twin := _taken(notice):
            return twin
        raise


@command
def _take(*, notice: Notice, at: datetime) -> PaymentNotice:
    order_id = Order.objects.filter(number=notice.order_number).values_list("pk", flat=True).first()
    order = lock_order(order_id) if order_id is not None else None
    if twin := _taken(notice):
        return twin
    outcome = _settle(order, notice, at) if order else Outcome.UNKNOWN_ORDER
    return PaymentNotice.objects.create(
        provider=notice.provider,
        event=notice.event,
        order_number=notice.order_number,
        amount_cents=notice.amount_cents,
        outcome=outcome,
        received_at=at,
    )


def _taken(notice: Notice) -> PaymentNotice | None:
    return PaymentNotice.objects.filter(provider=notice.provider, event=notice.event).first()


def _settle(order: Order, notice: Notice, at: datetime) -> str:
    outcome = _outcome(order, notice, at)
    if outcome == Outcome.PAID and not _pay(order, notice, at):
        outcome = Outcome.LATE
    if outcome == Outcome.LATE:
        cancel_locked(order, by=None, reason=NOT_PAID_IN_TIME, at=at)
    if outcome != Outcome.PAID and notice.amount_cents > 0:
        _send_back(order, notice, at)
    return outcome


def _outcome(order: Order, notice: Notice, at: datetime) -> str:
    if order.state == OrderState.PAID:
        return Outcome.PAID_TWICE
    if order.state == OrderState.CANCELLED or at >= order.pay_by:
        return Outcome.LATE
    return Outcome.PAID if notice.amount_cents == order.total_cents else Outcome.WRONG_AMOUNT


def _pay(order: Order, notice: Notice, at: datetime) -> bool:
    """Pay the order; False, with nothing done, if a coupon of it has gone to another order since."""
    try:
        with transaction.atomic():
            use_coupons(order_key=order.key, at=at, spent_cents=_spent_cents(order))
    except LockLost:
        return False
    move_order(order, "pay", at=at, paid_at=at)
    Customer.objects.filter(pk=order.customer_id, first_paid_at=None).update(first_paid_at=at)
    _book(order, notice, EntryKind.PAYMENT, notice.amount_cents, at)
    return True


def _spent_cents(order: Order) -> dict[int, int]:
    """What each coupon really took off, goods and shipping together."""
    spent: dict[int, int] = {}
    for share in shares_of(order):
        if share.coupon_id is not None:
            spent[share.coupon_id] = spent.get(share.coupon_id, 0) + share.amount_cents
    return spent


def _send_back(order: Order, notice: Notice, at: datetime) -> None:
    _book(order, notice, EntryKind.STRAY, notice.amount_cents, at)
    _book(order, notice, EntryKind.SENT_BACK, -notice.amount_cents, at)


def _book(order: Order, notice: Notice, kind: str, amount_cents: int, at: datetime) -> None:
    reference = notice.event if amount_cents >= 0 else f"{notice.event}:back"
    PaymentEntry.objects.create(
        order=order, kind=kind, amount_cents=amount_cents, provider=notice.provider, reference=reference, at=at
    )
