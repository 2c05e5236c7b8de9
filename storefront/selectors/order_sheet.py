"""An order as the back office reads it: every share with its funder, every reversal, every move."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from storefront.models import DiscountShare, Order, OrderTransition, PaymentEntry, Refund
from storefront.selectors.orders import OrderPage, order_page


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """The shopper's page and what only the back office sees; shares carry `reversed_cents`."""

    page: OrderPage
    shares: tuple[DiscountShare, ...]
    entries: QuerySet[PaymentEntry]
    refunds: QuerySet[Refund]
    transitions: QuerySet[OrderTransition]


def order_sheet(order: Order) -> OrderSheet:
    """Return everything about an order. Eleven queries."""
    shares = DiscountShare.objects.filter(order_line__order=order) | DiscountShare.objects.filter(
        order_shipping__order=order
    )
    shown = shares.select_related(
        "order_line", "order_shipping__shop", "campaign_revision", "coupon__revision"
    ).annotate(reversed_cents=Sum("reversals__amount_cents", default=0))
    return OrderSheet(
        page=order_page(order),
        shares=tuple(shown.order_by("order_line__position", "sequence")),
        entries=order.entries.select_related("transfer").order_by("pk"),
        refunds=order.refunds.order_by("pk"),
        transitions=order.transitions.select_related("by").order_by("pk"),
    )
