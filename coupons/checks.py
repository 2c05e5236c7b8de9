"""What is looked at before the site starts: when customers are reminded of coupons."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_reminders(**_: Any) -> list[CheckMessage]:
    """COUPON_REMINDER_DAYS is not negative, COUPON_REMINDER_HOUR an hour of the day."""
    found: list[CheckMessage] = []
    if settings.COUPON_REMINDER_DAYS < 0:
        hint = "Give the days before the end of a coupon, or 0 to remind nobody."
        found.append(Error("COUPON_REMINDER_DAYS is below 0", hint=hint, id="coupons.E001"))
    if not 0 <= settings.COUPON_REMINDER_HOUR <= 23:
        found.append(Error("COUPON_REMINDER_HOUR is no hour", hint="Give 0 to 23.", id="coupons.E002"))
    return found
