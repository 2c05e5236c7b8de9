"""The one place where the state of an order changes."""

from datetime import datetime
from typing import Any

from campaigns.models import Customer
from pricing.transactions import locking
from storefront.lifecycle import ORDER_MOVES
from storefront.models import Order, OrderTransition


def lock_order(order_id: int) -> Order:
    """Lock the customer, then the order, and return it as it is now. Raises Order.DoesNotExist."""
    customer_id = Order.objects.values_list("customer", flat=True).get(pk=order_id)
    if customer_id is not None:
        locking("customer")
        Customer.objects.select_for_update().get(pk=customer_id)
    locking("order")
    return Order.objects.select_for_update().get(pk=order_id)


def move_order(order: Order, move: str, *, at: datetime, by: Any = None, reason: str = "", **changes: Any) -> bool:
    """Make a move by compare-and-set and write its history; False if the order is in another state."""
    sources, target = ORDER_MOVES[move]
    unmoved = Order.objects.filter(pk=order.pk, state=order.state, state__in=sources)
    if not unmoved.update(state=target, **changes):
        return False
    OrderTransition.objects.create(
        subject=order, move=move, source=order.state, target=target, by=by, reason=reason, at=at
    )
    for name, value in {"state": target, **changes}.items():
        setattr(order, name, value)
    return True
