"""What a return of units gives back, to the cent, from stored shares alone: nothing is priced again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.messages import N_
from pricing.engine.refund import HeldLine, refund_units
from storefront.lifecycle import OrderState
from storefront.models import DiscountShare, Order, OrderLine, OrderShipping
from storefront.refusals import CannotRefund
from storefront.selectors.uses import shares_of


@dataclass(frozen=True, slots=True)
class ReversedShare:
    """The part of one stored share that a refund takes back."""

    share: DiscountShare
    cents: int


@dataclass(frozen=True, slots=True)
class RefundLineQuote:
    """Units of one line and the money for them."""

    line: OrderLine
    units: int
    amount_cents: int
    reversed: tuple[ReversedShare, ...]

    @property
    def empties_line(self) -> bool:
        return self.line.returned + self.units == self.line.quantity


@dataclass(frozen=True, slots=True)
class RefundShippingQuote:
    """Shipping paid for a shop, back with the last unit of that shop."""

    order_shipping: OrderShipping
    amount_cents: int
    reversed: tuple[ReversedShare, ...]


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """The exact figures of a refund; `coupons_back` return with the last unit unless they have expired by then.

    `emptied_shops`: of these shops (by id) the shopper keeps nothing after it.
    """

    lines: tuple[RefundLineQuote, ...]
    shipping: tuple[RefundShippingQuote, ...]
    shares: tuple[DiscountShare, ...]
    emptied_shops: frozenset[int]
    is_full: bool
    coupons_back: tuple[Coupon, ...]

    @property
    def goods_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        return sum(row.amount_cents for row in self.shipping)

    @property
    def amount_cents(self) -> int:
        return self.goods_cents + self.shipping_cents

    @property
    def reversed(self) -> tuple[ReversedShare, ...]:
        """Every share that is taken back in part or whole."""
        return tuple(row for part in (*self.lines, *self.shipping) for row in part.reversed if row.cents)


def refund_quote(*, order: Order, units: Mapping[int, int]) -> RefundQuote:
    """Return what is owed for these units (by order line id) of a paid order. Four queries.

    A discount stays with the goods kept. Raises CannotRefund for an unpaid order, unknown lines or nothing at
    all, ReturnsTooMany for more units than the shopper holds.
    """
    lines = _asked(order, units)
    shares = shares_of(order)
    back = tuple(_line(line, count, _of_line(shares, line)) for line, count in lines)
    left = _left_after(order, back)
    is_full = not any(left.values())
    return RefundQuote(
        lines=back,
        shipping=tuple(_shipping(order, shares, left)),
        shares=tuple(shares),
        emptied_shops=frozenset(shop_id for shop_id, count in left.items() if not count),
        is_full=is_full,
        coupons_back=_coupons_of(order) if is_full else (),
    )


def _asked(order: Order, units: Mapping[int, int]) -> list[tuple[OrderLine, int]]:
    if order.state != OrderState.PAID:
        raise CannotRefund(N_("Only a paid order can be given back."), field="order")
    wanted = {line_id: count for line_id, count in units.items() if count}
    if not wanted:
        raise CannotRefund(N_("Choose at least one piece to give back."), field="units")
    lines = list(order.lines.filter(pk__in=wanted).order_by("position"))
    if len(lines) < len(wanted):
        raise CannotRefund(N_("This order has no such line."), field="units")
    return [(line, wanted[line.pk]) for line in lines]


def _of_line(shares: Iterable[DiscountShare], line: OrderLine) -> list[DiscountShare]:
    return sorted((share for share in shares if share.order_line_id == line.pk), key=lambda share: share.sequence)


def _line(line: OrderLine, units: int, shares: list[DiscountShare]) -> RefundLineQuote:
    held = HeldLine(
        quantity=line.quantity,
        list_cents=line.list_total_cents,
        shares=tuple(share.amount_cents for share in shares),
        returned=line.returned,
    )
    refund = refund_units(held, units)
    pairs = zip(shares, refund.reversed_cents, strict=True)
    return RefundLineQuote(
        line=line,
        units=units,
        amount_cents=refund.refund_cents,
        reversed=tuple(ReversedShare(share, cents) for share, cents in pairs),
    )


def _left_after(order: Order, back: Iterable[RefundLineQuote]) -> dict[int, int]:
    """Units that the shopper keeps, by shop."""
    left: dict[int, int] = {}
    for shop_id, quantity, returned in order.lines.values_list("shop", "quantity", "returned"):
        left[shop_id] = left.get(shop_id, 0) + quantity - returned
    for row in back:
        left[row.line.shop_id] -= row.units
    return left


def _shipping(order: Order, shares: Iterable[DiscountShare], left: Mapping[int, int]) -> Iterable[RefundShippingQuote]:
    """Shops of which nothing is kept give their shipping back, once."""
    reversed_before = set(
        DiscountShare.objects.filter(order_shipping__order=order, reversals__isnull=False).values_list("pk", flat=True)
    )
    for row in order.shipping.order_by("pk"):
        own = [share for share in shares if share.order_shipping_id == row.pk and share.pk not in reversed_before]
        owed_cents = row.net_cents - row.refunded_cents
        if not left.get(row.shop_id) and (owed_cents or own):
            back = tuple(ReversedShare(share, share.amount_cents) for share in own)
            yield RefundShippingQuote(order_shipping=row, amount_cents=owed_cents, reversed=back)


def _coupons_of(order: Order) -> tuple[Coupon, ...]:
    used = Coupon.objects.filter(order_key=order.key, state=CouponState.USED).select_related("revision")
    return tuple(used.order_by("pk"))
