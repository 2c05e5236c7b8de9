"""A refunded order gives its coupons back, with the end of validity they always had."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from coupons.commands import budget
from coupons.commands.moves import NOBODY, Step, move_coupon
from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.transactions import command


@command
def return_coupons(*, order_key: UUID, at: datetime, reason: str, only: Collection[int] | None = None) -> list[int]:
    """Give the order's used coupons (or `only` these) back to the wallet; return the ids of those that came back.

    Expired coupons never come back: `at` is the time of the refund request. Doing it again changes nothing.
    """
    used = Coupon.objects.filter(order_key=order_key, state=CouponState.USED, valid_until__gt=at)
    if only is not None:
        used = used.filter(pk__in=only)
    step = Step(order_key, at, reason)
    returned = []
    for coupon in used.order_by("pk"):
        of_the_order = Coupon.objects.filter(pk=coupon.pk, order_key=order_key)
        if move_coupon(of_the_order, "return", step, used_at=None, **NOBODY):
            returned.append(coupon)
    for coupon in sorted(returned, key=lambda back: (back.template_id, back.pk)):
        held_cents = budget.restore(coupon, order_key=order_key, at=at)
        # The row is ours since the move above; what it holds now is what its expiry will give back.
        Coupon.objects.filter(pk=coupon.pk).update(reserved_cents=held_cents)
    return [coupon.pk for coupon in returned]
