"""A refunded order gives its coupons back, with the end of validity they always had, and loses those it had earned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from coupons.commands import budget
from coupons.commands.moves import NOBODY, Step, move_coupon
from coupons.commands.recalling import recall_lost, recalled
from coupons.lifecycle import CouponState
from coupons.models import Coupon
from coupons.refusals import CouponUnavailable
from pricing.engine.messages import N_
from pricing.transactions import command


@dataclass(frozen=True, slots=True)
class Losing:
    """Coupons, by id, that the order has earned no more: taken out of the wallet for this reason, at this time."""

    coupon_ids: Collection[int]
    reason: str
    at: datetime


@command
def return_coupons(
    *, order_key: UUID, at: datetime, reason: str, only: Collection[int] | None = None, losing: Losing | None = None
) -> list[int]:
    """Give the order's used coupons (or `only` these) back to the wallet; return the ids of those that came back.

    Expired coupons never come back: `at` is the time of the refund request. Those that the order which earned them has
    lost are recalled as they come, and are not among the returned. Doing it again changes nothing. Raises
    CouponUnavailable, with nothing changed, where a coupon that the order is `losing` is not unused any more.
    """
    # Every coupon is moved before the first purse is held, and purses are held in one order.
    lost = _recalled(order_key, losing) if losing else []
    used = Coupon.objects.filter(order_key=order_key, state=CouponState.USED, valid_until__gt=at)
    returned = _returned(used if only is None else used.filter(pk__in=only), Step(order_key, at, reason))
    gone = {coupon.pk for coupon in recall_lost([coupon.pk for coupon in returned], at=losing.at if losing else at)}
    for coupon in sorted([*lost, *returned], key=lambda moved: (moved.template_id, moved.pk)):
        if losing and coupon in lost:
            budget.release(coupon, cents=coupon.reserved_cents, source=f"recall:{order_key}", at=losing.at)
            continue
        held_cents = budget.restore(coupon, order_key=order_key, at=at)
        if coupon.pk in gone:
            budget.release(coupon, cents=held_cents, source=f"recall:{order_key}", at=at)
            continue
        # The row is ours since the move above; what it holds now is what its expiry will give back.
        Coupon.objects.filter(pk=coupon.pk).update(reserved_cents=held_cents)
    return [coupon.pk for coupon in returned if coupon.pk not in gone]


def _recalled(order_key: UUID, losing: Losing) -> list[Coupon]:
    found = [recalled(coupon_id, Step(order_key, losing.at, losing.reason)) for coupon_id in sorted(losing.coupon_ids)]
    if not all(found):
        raise CouponUnavailable(N_("The coupon is being used for another order."), field="coupons")
    return [coupon for coupon in found if coupon]


def _returned(used: QuerySet[Coupon], step: Step) -> list[Coupon]:
    mine = Coupon.objects.filter(order_key=step.order_key)
    return [
        coupon
        for coupon in used.order_by("pk")
        if move_coupon(mine.filter(pk=coupon.pk), "return", step, used_at=None, **NOBODY)
    ]
