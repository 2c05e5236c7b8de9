"""Cancelling an unpaid order, by hand or by time-out: everything it took comes back, once."""

from datetime import datetime
from typing import Any

from django.db.models import F

from campaigns.models import Customer
from coupons.commands.redemption import release_coupons
from pricing.engine.messages import N_
from pricing.transactions import command
from storefront.commands.moving import lock_order, move_order
from storefront.commands.taking import give_back_everything
from storefront.lifecycle import OrderState
from storefront.models import Order, ShareReversal
from storefront.refusals import CannotCancel
from storefront.selectors.uses import shares_of

NOT_PAID_IN_TIME = N_("not paid in time")


@command
def cancel_order(*, order_id: int, by: Any = None, reason: str, at: datetime) -> Order:
    """Cancel an order that is not paid; `by` is nobody for the time-out. Cancelled twice is cancelled once.

    Coupons, personal limits, budgets and activity stock come back, every discount share is reversed. Raises
    CannotCancel if the order is paid: money goes back by a refund.
    """
    return cancel_locked(lock_order(order_id), by=by, reason=reason, at=at)


@command
def cancel_overdue(*, order_id: int, at: datetime) -> Order:
    """`cancel_order` for the timer: touches only an order that is unpaid and past its deadline at `at`."""
    order = lock_order(order_id)
    if order.state != OrderState.AWAITING_PAYMENT or order.pay_by > at:
        return order
    return cancel_locked(order, by=None, reason=NOT_PAID_IN_TIME, at=at)


def cancel_locked(order: Order, *, by: Any, reason: str, at: datetime) -> Order:
    """The work of `cancel_order` for a caller inside a command that holds the order."""
    if order.state == OrderState.CANCELLED:
        return order
    if not move_order(order, "cancel", at=at, by=by, reason=reason, cancelled_at=at, cancel_reason=reason):
        raise CannotCancel(N_("The order is paid: ask for a refund instead."), field="order")
    _uncount_order(order)
    release_coupons(order_key=order.key, at=at, reason=reason)
    give_back_everything(order, source=f"cancel:{order.number}", at=at)
    ShareReversal.objects.bulk_create(
        ShareReversal(share=share, refund=None, amount_cents=share.amount_cents, at=at) for share in shares_of(order)
    )
    return order


def _uncount_order(order: Order) -> None:
    """An order that was never paid makes nobody an old customer."""
    counted = Customer.objects.filter(pk=order.customer_id, orders_placed__gt=0)
    counted.update(orders_placed=F("orders_placed") - 1)
