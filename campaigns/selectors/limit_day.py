"""Under which key personal use is counted."""

from datetime import datetime

from django.utils import timezone

from campaigns.models import LimitPeriod

WHOLE_CAMPAIGN = "all"


def limit_day(period: str, at: datetime) -> str:
    """Return the key under which personal use is counted: "all", or the day in the site's time zone."""
    if period == LimitPeriod.CAMPAIGN:
        return WHOLE_CAMPAIGN
    return timezone.localtime(at, timezone.get_default_timezone()).date().isoformat()
