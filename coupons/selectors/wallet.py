"""What a customer holds, for the engine: never more coupons of a kind than one order may use."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from campaigns.models import Customer
from campaigns.sources import ask
from coupons.lifecycle import CouponState
from coupons.models import Coupon, Route
from pricing.engine.facts import HeldCoupon

MOST_PER_ORDER = 1  # equal coupons that one order may use; coupons/offers.py tells the engine the same


def held_coupons(*, customer: Customer | None, at: datetime, picked: Collection[int] = ()) -> tuple[HeldCoupon, ...]:
    """Coupons that have not ended, locked ones included, as the engine wants them. One query, none for a guest.

    One more where a coupon that an order earned is free, four where one is found lost: those that are still to be
    recalled count as locked.
    Of equal ones (one revision, the same reason for not being usable) only those that expire first are told, as many
    as one order may use, and those that were `picked`: 5,000 coupons in one wallet cost the engine what their kinds do.
    """
    if customer is None:
        return ()
    alive = Coupon.objects.filter(
        customer=customer, state__in=[CouponState.UNUSED, CouponState.LOCKED], valid_until__gt=at
    )
    found = _told(alive, picked, at=at)
    lost = _lost_among(found, at=at)
    if lost:
        # They stand before good ones that equal them, and perhaps before more lost ones: told anew, knowing them all.
        lost = _lost_among(alive.filter(route=Route.REWARD), at=at)
        found = _told(alive, picked, at=at, lost=lost)
    return tuple(
        HeldCoupon(
            id=coupon.offer_id,
            offer=f"template:{coupon.revision_id}",
            valid_from=coupon.valid_from,
            valid_until=coupon.valid_until,
            locked=is_locked(coupon, at=at) or coupon.pk in lost,
        )
        for coupon in found
    )


def _told(
    alive: QuerySet[Coupon], picked: Collection[int], *, at: datetime, lost: Collection[int] = ()
) -> list[Coupon]:
    """The first of equal ones, as many as one order may use, and those that were picked."""
    equals = [F("revision"), _hindrance(at, lost)]
    among_equals = Window(RowNumber(), partition_by=equals, order_by=["valid_until", "pk"])
    told = alive.annotate(rank=among_equals).filter(Q(rank__lte=MOST_PER_ORDER) | Q(pk__in=list(picked)))
    return list(told.order_by("valid_until", "pk"))


def _lost_among(coupons: Iterable[Coupon], *, at: datetime) -> Collection[int]:
    """The ids of those that no order can have, although they look free: the orders that earned them were refunded."""
    earned = [row.pk for row in coupons if row.route == Route.REWARD and not is_locked(row, at=at)]
    return ask("lost_coupons", earned, default={}) if earned else ()


def _hindrance(at: datetime, lost: Collection[int]) -> Case:
    """What keeps a coupon from being used now: a usable one is no equal of one that is lost or that an order keeps."""
    unavailable = kept(at) | Q(pk__in=list(lost))
    return Case(
        When(unavailable, then=Value("locked")), When(valid_from__gt=at, then=Value("later")), default=Value("")
    )


def kept(at: datetime) -> Q:
    """`is_locked` as a condition."""
    return Q(state=CouponState.LOCKED, lock_deadline__gt=at)


def is_locked(coupon: Coupon, *, at: datetime) -> bool:
    """Whether an order that may still be paid keeps the coupon; a lock past its deadline counts as free."""
    return coupon.state == CouponState.LOCKED and coupon.lock_deadline > at
