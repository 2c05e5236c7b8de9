"""What the sweeps look for."""

from datetime import datetime

from django.db.models import QuerySet

from coupons.lifecycle import CouponState
from coupons.models import Coupon


def overdue_locks(*, at: datetime) -> QuerySet[Coupon]:
    """Coupons kept for an order that was not paid in time, the oldest first."""
    return Coupon.objects.filter(state=CouponState.LOCKED, lock_deadline__lte=at).order_by("lock_deadline", "pk")


def templates_to_settle(*, at: datetime) -> QuerySet[Coupon, int]:
    """The ids of templates that have unused coupons past their end which still hold a part of the budget."""
    unused = Coupon.objects.filter(state=CouponState.UNUSED, valid_until__lte=at, reserved_cents__gt=0)
    return unused.order_by("template_id").values_list("template_id", flat=True).distinct()
