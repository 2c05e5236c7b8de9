"""The coupons of a wallet at one cart: used, usable instead, or not and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from coupons.models import Coupon, CouponTemplateRevision
from pricing.engine.layers import Layer
from pricing.engine.messages import Message
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines
from storefront.priced import Priced

# A coupon the shopper could pick instead: the engine left it out only because something else was better or chosen.
PICKABLE = {"better_combination", "not_chosen_by_shopper", "excluded_by", "group"}


@dataclass(frozen=True, slots=True)
class CouponChoice:
    """A coupon of the wallet at this cart: used with its saving, usable instead, or not and why.

    `lacks_cents`: so much more of its goods, and it applies; 0 where anything else is missing. `is_awaited`: an order
    that is not paid yet keeps it.
    """

    coupon_id: int
    revision: CouponTemplateRevision
    name: str
    valid_until: datetime
    is_used: bool
    is_usable: bool
    saving_cents: int
    lacks_cents: int
    is_awaited: bool
    reason: Message | None


def choices_of(
    priced: Priced, coupons: Mapping[str, Coupon], told: Callable[[str, Reason], Message]
) -> list[CouponChoice]:
    """Return the coupons that are for something in the cart, by `coupons_of`; `told` says reasons. No query.

    First those that can be used; of these what takes off most by itself, then what expires first. Whether one is used
    moves it nowhere: what was ticked stays under the finger.
    """

    def rank(choice: CouponChoice) -> tuple[bool, int, datetime, int]:
        alone_cents = _alone_cents(choice.revision.offer_id, priced)
        return not choice.is_usable, -alone_cents, choice.valid_until, choice.coupon_id

    return sorted(_choices(priced, coupons, told), key=rank)


def _choices(
    priced: Priced, coupons: Mapping[str, Coupon], told: Callable[[str, Reason], Message]
) -> Iterable[CouponChoice]:
    savings = {row.coupon: row.discount_cents for row in priced.quote.applied if row.coupon}
    reasons = {row.coupon: row.reason for row in priced.quote.not_applied if row.coupon}
    for number, coupon in coupons.items():
        reason = reasons.get(number)
        if number not in savings and reason is None:
            continue  # nothing in the cart is in its scope
        yield CouponChoice(
            coupon_id=coupon.pk,
            revision=coupon.revision,
            name=coupon.revision.local_name,
            valid_until=coupon.valid_until,
            is_used=number in savings,
            is_usable=number in savings or (reason is not None and reason.code in PICKABLE),
            saving_cents=savings.get(number, 0),
            lacks_cents=_lacks_cents(reason) if reason else 0,
            is_awaited=reason is not None and reason.code == "coupon_locked",
            reason=told(coupon.revision.offer_id, reason) if reason else None,
        )


def _alone_cents(offer_id: str, priced: Priced) -> int:
    """What a coupon takes off list prices by itself: the order of a list depends on it, nothing that is promised."""
    offer = priced.page.book.offers[offer_id]
    if offer.layer is Layer.SHIPPING:
        fees = tuple(fee.fee_cents for fee in priced.cart.shipping)
        return offer.benefit.off(Lines(fees, fees, (1,) * len(fees))).cents
    met = tuple(line for line in priced.cart.lines if offer.scope.meets(line) and line.discountable)
    list_cents = tuple(line.list_cents * line.quantity for line in met)
    return (
        offer.benefit.off(Lines(list_cents, list_cents, tuple(line.quantity for line in met), met)).cents if met else 0
    )


def _lacks_cents(reason: Reason) -> int:
    is_all = reason.code == "below_threshold" and reason.figures.keys() == {"missing_cents"}
    return int(reason.figures["missing_cents"]) if is_all else 0


def coupons_of(priced: Priced) -> dict[str, Coupon]:
    """The rows behind the coupons of the facts, soonest to expire first."""
    keys = [int(held.id.partition(":")[2]) for held in priced.facts.coupons if held.held]
    rows = Coupon.objects.filter(pk__in=keys).select_related("revision__template__shop").order_by("valid_until", "pk")
    return {row.offer_id: row for row in rows}
