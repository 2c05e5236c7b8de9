"""What the sweeps do: nothing that pricing waits for; a lock past its deadline is free without them."""

from datetime import datetime

from coupons.commands import budget
from coupons.commands.moves import free_overdue
from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.transactions import command, locking


@command
def release_overdue_lock(*, coupon_id: int, at: datetime) -> bool:
    """Release a coupon whose order was not paid in time; False if somebody was faster."""
    return free_overdue(Coupon.objects.filter(pk=coupon_id), at=at)


@command
def settle_expired(*, coupon_id: int, at: datetime) -> bool:
    """Give the reservation of an expired, unused coupon back to its template, once; False if there is none."""
    locking("coupon")
    expired = Coupon.objects.filter(pk=coupon_id, state=CouponState.UNUSED, valid_until__lte=at, reserved_cents__gt=0)
    coupon = expired.first()
    if coupon is None or not expired.filter(reserved_cents=coupon.reserved_cents).update(reserved_cents=0):
        return False
    budget.release(coupon, cents=coupon.reserved_cents, source="expiry", at=at)
    return True
