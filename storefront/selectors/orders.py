"""Orders: whose, which are overdue, and how one looks with its whole price breakdown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Customer
from storefront.lifecycle import OrderState
from storefront.models import (
    DiscountShare,
    Order,
    OrderGift,
    OrderLine,
    OrderReward,
    OrderShipping,
    PaymentEntry,
    Refund,
)
from storefront.selectors.cart_view import DiscountView


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line with its discounts by offer; `held` units have not come back."""

    line: OrderLine
    discounts: tuple[DiscountView, ...]
    held: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """`discounts` lead from list price and shipping fees to the total; `paid_cents` is the sum of all entries."""

    order: Order
    lines: tuple[OrderLineView, ...]
    discounts: tuple[DiscountView, ...]
    shipping: tuple[OrderShipping, ...]
    gifts: tuple[OrderGift, ...]
    rewards: tuple[OrderReward, ...]
    entries: tuple[PaymentEntry, ...]
    refunds: tuple[Refund, ...]
    paid_cents: int
    refundable: bool


def orders_of(customer: Customer) -> QuerySet[Order]:
    """The customer's orders, newest first, with their lines. Two queries."""
    return Order.objects.filter(customer=customer).prefetch_related("lines__sku__product")


def order_of(customer: Customer, number: str) -> Order:
    """Return the customer's own order. Raises Order.DoesNotExist, also for somebody else's."""
    return Order.objects.get(customer=customer, number=number)


def customer_of_order(number: str) -> int | None:
    """Return who placed an order; None for a guest, and for a number that no order has. One query."""
    return Order.objects.filter(number__iexact=number).values_list("customer", flat=True).first()


def numbers_of_orders(keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return primary key and number of those keys that are orders, by key as text. One query."""
    rows = Order.objects.filter(key__in=keys).values_list("key", "pk", "number")
    return {str(key): (pk, number) for key, pk, number in rows}


def overdue_orders(*, at: datetime) -> QuerySet[Order]:
    """Unpaid orders past their deadline, the oldest first."""
    return Order.objects.filter(state=OrderState.AWAITING_PAYMENT, pay_by__lte=at).order_by("pay_by", "pk")


def order_page(order: Order) -> OrderPage:
    """Return the order with its price breakdown, from stored shares alone. Seven queries."""
    lines = list(order.lines.select_related("sku__product", "shop").order_by("position"))
    shares = _shares_by_carrier(order)
    of_lines = [share for line in lines for share in shares.get((line.pk, None), ())]
    shipping = tuple(order.shipping.select_related("shop").order_by("pk"))
    of_shipping = [share for row in shipping for share in shares.get((None, row.pk), ())]
    entries, refunds = tuple(order.entries.order_by("pk")), tuple(order.refunds.order_by("pk"))
    return OrderPage(
        order=order,
        lines=tuple(_line(line, shares.get((line.pk, None), ())) for line in lines),
        discounts=discounts_of([*of_lines, *of_shipping]),
        shipping=shipping,
        gifts=tuple(order.gifts.select_related("sku__product", "campaign_revision__campaign").order_by("pk")),
        rewards=tuple(order.rewards.select_related("campaign_revision__campaign", "coupon").order_by("pk")),
        entries=entries,
        refunds=refunds,
        paid_cents=sum(entry.amount_cents for entry in entries),
        refundable=order.state == OrderState.PAID and any(line.returned < line.quantity for line in lines),
    )


def discounts_of(shares: Iterable[DiscountShare]) -> tuple[DiscountView, ...]:
    """Sum the shares of an order as it was placed, by offer, in order of computing; funders are not shown."""
    sums: dict[str, DiscountView] = {}
    for share in sorted(
        (share for share in shares if not share.refund_id),
        key=lambda share: (LAYER_PLACE.get(share.layer, 0), share.sequence),
    ):
        offer = share.coupon.offer_id if share.coupon else share.campaign_revision.campaign.offer_id
        before = sums[offer].cents if offer in sums else 0
        if before + share.amount_cents:
            sums[offer] = _discount(offer, share, before + share.amount_cents)
    return tuple(sums.values())


LAYER_PLACE = {"item": 0, "multi": 1, "order": 2, "coupon": 3, "shipping": 4}


def _discount(offer: str, share: DiscountShare, cents: int) -> DiscountView:
    revision = share.coupon.revision if share.coupon else share.campaign_revision
    return DiscountView(
        offer=offer,
        name=revision.local_name,
        cents=cents,
        layer=share.layer,
        campaign_id=None if share.coupon else share.campaign_revision.campaign_id,
        coupon_id=share.coupon_id,
    )


def _shares_by_carrier(order: Order) -> Mapping[tuple[int | None, int | None], list[DiscountShare]]:
    own = DiscountShare.objects.filter(order_line__order=order) | DiscountShare.objects.filter(
        order_shipping__order=order
    )
    found: dict[tuple[int | None, int | None], list[DiscountShare]] = {}
    for share in own.select_related("campaign_revision__campaign", "coupon__revision").order_by("pk"):
        found.setdefault((share.order_line_id, share.order_shipping_id), []).append(share)
    return found


def _line(line: OrderLine, shares: Iterable[DiscountShare]) -> OrderLineView:
    return OrderLineView(line=line, discounts=discounts_of(shares), held=line.quantity - line.returned)
