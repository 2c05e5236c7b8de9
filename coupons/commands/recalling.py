"""Take back a coupon that should not have been given, as long as nobody has used it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.sources import ask
from coupons.commands import budget
from coupons.commands.moves import Step, move_coupon
from coupons.lifecycle import CouponState
from coupons.models import Coupon, CouponEvent
from pricing.engine.messages import N_
from pricing.transactions import command, locking

LONGEST_REASON = CouponEvent._meta.get_field("reason").max_length
LOST = N_("too little of the order is kept")


@command
def recall_coupon(*, coupon_id: int, order_key: UUID, reason: str, at: datetime) -> bool:
    """Recall an unused coupon and free what it had reserved; False if it is locked, used or recalled already.

    `order_key` names the order for which it is taken back.
    """
    return _recall(coupon_id, Step(order_key, at, reason), source=f"recall:{order_key}")


@command
def take_back_coupon(*, coupon_id: int, reason: str, by: AbstractBaseUser, at: datetime) -> bool:
    """Recall an unused coupon by hand and free what it had reserved; False if it is locked, used or recalled."""
    return _recall(coupon_id, Step(None, at, reason[:LONGEST_REASON], by), source="recall:by hand")


@command
def take_back_coupons(*, coupon_ids: Iterable[int], reason: str, by: AbstractBaseUser, at: datetime) -> bool:
    """Recall several unused coupons by hand; False if one of them is locked or used: then roll back."""
    locking("coupon")
    chosen = Coupon.objects.filter(pk__in=list(coupon_ids)).exclude(state=CouponState.RECALLED)
    coupons = list(chosen.select_for_update(no_key=True).order_by("pk"))
    step = Step(None, at, reason[:LONGEST_REASON], by)
    if not all(move_coupon(Coupon.objects.filter(pk=row.pk), "recall", step, reserved_cents=0) for row in coupons):
        return False
    for row in coupons:
        budget.release(row, cents=row.reserved_cents, source="recall:by hand", at=at)
    return True


def recalled(coupon_id: int, step: Step) -> Coupon | None:
    """Recall an unused coupon and return it with what it held, which the caller frees; None if it is elsewhere."""
    locking("coupon")
    # What it holds is read under its lock: the sweep of expired coupons gives the same cents back.
    coupon = Coupon.objects.select_for_update(no_key=True).get(pk=coupon_id)
    moved = move_coupon(Coupon.objects.filter(pk=coupon_id), "recall", step, reserved_cents=0)
    return coupon if moved else None


def lost_among(coupon_ids: Collection[int]) -> dict[int, UUID]:
    """Return those of these coupons that an order earned and earns no more, each with the key of that order."""
    return ask("lost_coupons", coupon_ids, default={}) if coupon_ids else {}


def recall_lost(coupon_ids: Collection[int], *, at: datetime) -> list[Coupon]:
    """Recall those of these coupons, free since a moment ago, that an order earned and earns no more.

    The caller frees what they held. In the same transaction, so that nobody can use them in between.
    """
    lost = lost_among(coupon_ids)
    found = [recalled(coupon_id, Step(lost[coupon_id], at, LOST)) for coupon_id in sorted(lost)]
    return [coupon for coupon in found if coupon]


def _recall(coupon_id: int, step: Step, *, source: str) -> bool:
    if (coupon := recalled(coupon_id, step)) is None:
        return False
    budget.release(coupon, cents=coupon.reserved_cents, source=source, at=step.at)
    return True
