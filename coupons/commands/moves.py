"""The one place where a coupon's state changes: one compare-and-set that names the owner, and one event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from coupons.lifecycle import COUPON_MOVES, CouponState
from coupons.models import Coupon, CouponEvent
from pricing.transactions import locking

NOBODY = {"order_key": None, "locked_at": None, "lock_deadline": None}


@dataclass(frozen=True, slots=True)
class Step:
    """For which order (if any), when, why and by whom of the staff (if anybody) a coupon moves."""

    order_key: UUID | None
    at: datetime
    reason: str = ""
    by: AbstractBaseUser | None = None


def move_coupon(coupon: QuerySet[Coupon], move: str, step: Step, **changes: object) -> bool:
    """Move the single coupon that the query describes; return False if it is elsewhere by now.

    The query names the owner: the customer before a lock, the order afterwards. Call inside a command.
    """
    (source,), target = COUPON_MOVES[move]
    locking("coupon")
    unmoved = coupon.filter(state=source)
    found = unmoved.values_list("pk", flat=True).first()
    if found is None or not unmoved.filter(pk=found).update(state=target, **changes):
        return False
    CouponEvent.objects.create(
        coupon_id=found,
        move=move,
        source=source,
        target=target,
        order_key=step.order_key,
        by=step.by,
        reason=step.reason,
        at=step.at,
    )
    return True


def free_overdue(coupon: QuerySet[Coupon], *, at: datetime) -> bool:
    """Release the single coupon of the query if its lock is past its deadline. Call inside a command."""
    overdue = coupon.filter(state=CouponState.LOCKED, lock_deadline__lte=at)
    order_key = overdue.values_list("order_key", flat=True).first()
    if order_key is None:
        return False
    step = Step(order_key, at, reason="payment deadline")
    return move_coupon(overdue.filter(order_key=order_key), "release", step, **NOBODY)
