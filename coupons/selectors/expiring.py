"""Which coupons are about to expire without their customers having been told?"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from coupons.lifecycle import CouponState
from coupons.models import Coupon, CouponReminder, RemindedCoupon, ReminderWish
from coupons.validity import day_of, start_of_day


def coupons_to_tell(*, at: datetime, days: int) -> QuerySet[Coupon]:
    """Return unused coupons whose last day is within so many days from today, of which nobody has been told yet.

    Left out: what has ended or not begun, what was issued today (who has just got it knows), and coupons of those who
    want no reminders.
    """
    today = day_of(at)
    wants_none = ReminderWish.objects.filter(customer=OuterRef("customer"), in_site=False, email=False)
    due = Coupon.objects.filter(
        state=CouponState.UNUSED,
        valid_until__gt=at,
        valid_until__lte=start_of_day(today + timedelta(days=days + 1)),
        valid_from__lte=at,
        issued_at__lt=start_of_day(today),
    )
    return due.exclude(Exists(RemindedCoupon.objects.filter(coupon=OuterRef("pk")))).exclude(Exists(wants_none))


def customers_to_tell(*, at: datetime, days: int, most: int) -> list[int]:
    """Return the next customers with such coupons who have not been told of any today, by id."""
    told = CouponReminder.objects.filter(customer=OuterRef("customer"), day=day_of(at))
    due = coupons_to_tell(at=at, days=days).exclude(Exists(told)).order_by("customer")
    return list(due.values_list("customer", flat=True).distinct()[:most])
