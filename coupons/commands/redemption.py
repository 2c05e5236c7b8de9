"""A coupon's way through an order: locked when it is placed, used when it is paid, released when it is cancelled.

Every step is one compare-and-set that names the state it leaves and the order, and writes one event, so a
late or doubled step changes nothing. The row itself decides the races:

- Two orders want one coupon: the second finds it locked and is refused.
- A lock past its deadline counts as free. It stays with its order until somebody takes it: a payment that
  comes first still uses it; once another order has locked it (or the sweep has released it), the late
  payment gets LockLost and the cancellation of the first order touches nothing.
- Cancel against pay: one of them leaves `locked`; the other finds nothing to do (cancel) or LockLost (pay).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from coupons.commands import budget
from coupons.commands.moves import NOBODY, Step, free_overdue, move_coupon
from coupons.commands.recalling import lost_among, recall_lost
from coupons.lifecycle import CouponState
from coupons.models import BudgetMove, Coupon, CouponEvent, TemplateBudgetEntry
from coupons.refusals import CouponUnavailable, LockLost
from pricing.engine.messages import N_
from pricing.transactions import command


@command
def lock_coupons(
    *, coupon_ids: Iterable[int], customer_id: int, order_key: UUID, deadline: datetime, at: datetime
) -> None:
    """Keep the customer's coupons for one order until its payment deadline, all of them or none.

    Raises CouponUnavailable when one is not the customer's, not valid now, used, recalled, kept for another
    order, or about to be recalled because the order that earned it was refunded. Doing it again for the same
    order changes nothing.
    """
    step, hold = Step(order_key, at), {"order_key": order_key, "locked_at": at, "lock_deadline": deadline}
    newly_kept = list[int]()
    for coupon_id in sorted(set(coupon_ids)):
        mine = Coupon.objects.filter(pk=coupon_id, customer_id=customer_id)
        usable = mine.filter(valid_from__lte=at, valid_until__gt=at)
        if move_coupon(usable, "lock", step, **hold):
            newly_kept.append(coupon_id)
            continue
        if mine.filter(state=CouponState.LOCKED, order_key=order_key).exists():
            continue
        if not (free_overdue(mine, at=at) and move_coupon(usable, "lock", step, **hold)):
            raise _why_unavailable(mine.first(), at=at)
        newly_kept.append(coupon_id)
    # Asked once they are held: the sweep that ends one of them, or the refund that takes one back, has been here
    # before, or comes after this order.
    if _were_settled(newly_kept):
        raise CouponUnavailable(N_("The coupon has expired."), field="coupons")
    if lost_among(newly_kept):
        raise CouponUnavailable(N_("Too little is kept of the order that earned this coupon."), field="coupons")


@command
def use_coupons(*, order_key: UUID, at: datetime, spent_cents: Mapping[int, int] | None = None) -> None:
    """Use up every coupon that the order has locked; once, however often it is said.

    `spent_cents` is what each coupon really took off (by coupon id); without it the whole reservation counts.
    Raises LockLost if another order or the sweep has taken one since: then the payment came too late.
    """
    newly_used = []
    for coupon in locked_once_by(order_key):
        kept = Coupon.objects.filter(pk=coupon.pk, order_key=order_key)
        if move_coupon(kept, "use", Step(order_key, at), used_at=at, lock_deadline=None):
            newly_used.append(coupon)
        elif not kept.filter(state=CouponState.USED).exists():
            raise LockLost(N_("The time to pay has passed and the coupon is free again."))
    for coupon in sorted(newly_used, key=lambda used: (used.template_id, used.pk)):
        spent = (spent_cents or {}).get(coupon.pk, coupon.reserved_cents)
        budget.settle(coupon, spent_cents=spent, order_key=order_key, at=at)


@command
def release_coupons(*, order_key: UUID, at: datetime, reason: str) -> int:
    """Free what the unpaid order still keeps, and recall what is lost of it; return how many coupons that was."""
    kept = Coupon.objects.filter(order_key=order_key, state=CouponState.LOCKED).order_by("pk")
    mine, step = Coupon.objects.filter(order_key=order_key), Step(order_key, at, reason)
    released = [
        coupon_id
        for coupon_id in kept.values_list("pk", flat=True)
        if move_coupon(mine.filter(pk=coupon_id), "release", step, **NOBODY)
    ]
    for coupon in sorted(recall_lost(released, at=at), key=lambda lost: (lost.template_id, lost.pk)):
        budget.release(coupon, cents=coupon.reserved_cents, source=f"recall:{order_key}", at=at)
    return len(released)


def locked_once_by(order_key: UUID) -> QuerySet[Coupon]:
    """Every coupon that the order was priced with, whoever has it now."""
    locks = CouponEvent.objects.filter(order_key=order_key, move="lock")
    return Coupon.objects.filter(pk__in=locks.values("coupon_id")).order_by("pk")


def _were_settled(coupon_ids: Collection[int]) -> bool:
    """Whether one has expired by a later clock than the order's: then what it had reserved is given back."""
    given_back = TemplateBudgetEntry.objects.filter(move=BudgetMove.RELEASE, source="expiry")
    return bool(coupon_ids) and given_back.filter(coupon__in=coupon_ids).exists()


def _why_unavailable(coupon: Coupon | None, *, at: datetime) -> CouponUnavailable:
    if coupon is None:
        return CouponUnavailable(N_("You do not hold this coupon."), field="coupons")
    if coupon.state == CouponState.USED:
        return CouponUnavailable(N_("This coupon has been used."), field="coupons")
    if coupon.state == CouponState.RECALLED:
        return CouponUnavailable(N_("This coupon was recalled."), field="coupons")
    if coupon.state == CouponState.LOCKED and coupon.lock_deadline > at:
        return CouponUnavailable(N_("The coupon is waiting for another order to be paid."), field="coupons")
    if coupon.valid_until <= at:
        return CouponUnavailable(N_("The coupon has expired."), field="coupons")
    if coupon.valid_from > at:
        valid_from = coupon.valid_from.isoformat()
        return CouponUnavailable(N_("The coupon is valid from %(from_at)s."), field="coupons", from_at=valid_from)
    return CouponUnavailable(N_("The coupon is being used for another order."), field="coupons")
