"""What a return of units gives back, to the cent, from stored shares and, where an offer says so, a new price."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.messages import N_
from pricing.engine.refund import refund_units
from storefront.lifecycle import OrderState
from storefront.models import DiscountShare, Fault, Order, OrderLine, Refund
from storefront.refusals import CannotRefund
from storefront.selectors.lost_rewards import deducted, lost_rewards
from storefront.selectors.refund_base import RefundBase, refund_base
from storefront.selectors.refund_parts import RefundLineQuote, RefundQuote, RefundShippingQuote, ReversedShare
from storefront.selectors.repricing import emptied_coupons, is_repriced, priced_again
from storefront.selectors.uses import shares_of

__all__ = ["RefundLineQuote", "RefundQuote", "refund_quote", "units_of"]


def refund_quote(*, order: Order, units: Mapping[int, int], fault: str = Fault.SHOPPER) -> RefundQuote:
    """Return what is owed for these units (by order line id) of a paid order.

    A discount stays with the goods kept, unless an offer of the order says that they are priced again; they are not
    where the seller is or was at fault for a part that came back, and no reward is lost then. Raises CannotRefund for
    an unpaid order, unknown lines or nothing at all, ReturnsTooMany for more units than the shopper holds.
    """
    lines = _asked(order, units)
    shares, base = shares_of(order), refund_base(order)
    back = tuple(_line(line, count, _of_line(shares, line), base) for line, count in lines)
    left = _left_after(order, back)
    is_full = not any(left.values())
    not_collected_cents, repriced = 0, not is_full and fault != Fault.SELLER and is_repriced(order, shares)
    coupons = _coupons_of(order)
    if repriced:
        back, not_collected_cents = priced_again(order, back, shares, coupons)
    shipping = tuple(_shipping(order, shares, left))
    quote = RefundQuote(
        lines=back,
        shipping=shipping,
        shares=tuple(shares),
        emptied_shops=frozenset(shop_id for shop_id, count in left.items() if not count),
        is_full=is_full,
        coupons_back=coupons if is_full else emptied_coupons(coupons, shares, back, shipping) if repriced else (),
        repriced=repriced,
        not_collected_cents=not_collected_cents,
    )
    lost = lost_rewards(order, back, shares)
    if fault == Fault.SELLER:
        return replace(quote, spares_rewards=any(row.is_new for row in lost))
    return replace(quote, rewards=deducted(lost, quote.amount_cents))


def units_of(refund: Refund) -> dict[int, int]:
    """What comes back, by order line id; a line that only loses or gains a discount is not among them."""
    return dict(refund.lines.filter(units__gt=0).values_list("order_line", "units"))


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


def _line(line: OrderLine, units: int, shares: list[DiscountShare], base: RefundBase) -> RefundLineQuote:
    refund = refund_units(base.held(line, shares), units)
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
    for row in order.shipping.order_by("pk"):
        own = [share for share in shares if share.order_shipping_id == row.pk and not share.reversed_cents]
        owed_cents = row.net_cents - row.refunded_cents
        if not left.get(row.shop_id) and (owed_cents or own):
            back = tuple(ReversedShare(share, share.amount_cents) for share in own)
            yield RefundShippingQuote(order_shipping=row, amount_cents=owed_cents, reversed=back)


def _coupons_of(order: Order) -> tuple[Coupon, ...]:
    used = Coupon.objects.filter(order_key=order.key, state=CouponState.USED).select_related("revision")
    return tuple(used.order_by("pk"))
