"""What a customer holds: for the engine, and for the wallet page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from campaigns.models import Customer
from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.facts import HeldCoupon

ENDS_SOON = timedelta(days=3)
MOST_PAST_COUPONS = 100


@dataclass(frozen=True, slots=True)
class Wallet:
    """A customer's coupons by what can be done with them; usable ones by end, past ones newest first."""

    unused: tuple[Coupon, ...]
    awaiting_payment: tuple[Coupon, ...]
    used: tuple[Coupon, ...]
    expired: tuple[Coupon, ...]
    recalled: tuple[Coupon, ...]


def held_coupons(*, customer: Customer | None, at: datetime) -> tuple[HeldCoupon, ...]:
    """Coupons that have not ended, locked ones included, as the engine wants them. One query, none for a guest."""
    if customer is None:
        return ()
    alive = Coupon.objects.filter(
        customer=customer, state__in=[CouponState.UNUSED, CouponState.LOCKED], valid_until__gt=at
    )
    return tuple(
        HeldCoupon(
            id=coupon.offer_id,
            offer=f"template:{coupon.revision_id}",
            valid_from=coupon.valid_from,
            valid_until=coupon.valid_until,
            locked=is_locked(coupon, at=at),
        )
        for coupon in alive.order_by("valid_until", "pk")
    )


def wallet(*, customer: Customer, at: datetime) -> Wallet:
    """Everything usable and the latest of what is past. Two queries."""
    coupons = Coupon.objects.filter(customer=customer).select_related("template__shop", "revision")
    past = Q(state__in=[CouponState.USED, CouponState.RECALLED]) | Q(state=CouponState.UNUSED, valid_until__lte=at)
    present = coupons.exclude(past).order_by("valid_until", "pk")
    latest = coupons.filter(past).order_by("-issued_at", "-pk")[:MOST_PAST_COUPONS]
    drawers: dict[str, list[Coupon]] = {name: [] for name in Wallet.__dataclass_fields__}
    for coupon in [*present, *latest]:
        drawers[drawer_of(coupon, at=at)].append(coupon)
    return Wallet(**{name: tuple(found) for name, found in drawers.items()})


def drawer_of(coupon: Coupon, *, at: datetime) -> str:
    """Return where a coupon lies in the wallet: state and clock together."""
    if coupon.state in (CouponState.USED, CouponState.RECALLED):
        return coupon.state
    if is_locked(coupon, at=at):
        return "awaiting_payment"
    return "expired" if coupon.valid_until <= at else "unused"


def is_locked(coupon: Coupon, *, at: datetime) -> bool:
    """Whether an order that may still be paid keeps the coupon; a lock past its deadline counts as free."""
    return coupon.state == CouponState.LOCKED and coupon.lock_deadline > at


def ends_soon(coupon: Coupon, *, at: datetime) -> bool:
    """Whether a usable coupon should be marked as about to expire."""
    return at < coupon.valid_until <= at + ENDS_SOON
