"""When a coupon is valid, and how long claiming may last: pure calendar arithmetic in the site's time zone.

All ends are exclusive: "valid through 13 November" is the instant at which 14 November begins.
"""

from datetime import date, datetime, time, timedelta, tzinfo

from django.conf import settings
from django.utils import timezone

from coupons.models import ClaimCampaignRevision, CouponTemplateRevision, Validity
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

A_MOMENT = timedelta(microseconds=1)


class ValidityTooShort(Refusal):
    """A customer could claim a coupon without a fair time to use it."""


def margin() -> timedelta:
    """Return how long every coupon must be usable after its claim (CPN-03)."""
    return timedelta(hours=settings.COUPON_MARGIN_HOURS)


def start_of_day(day: date, zone: tzinfo | None = None) -> datetime:
    """Return the first instant of a calendar day, in the site's time zone unless another is given."""
    return datetime.combine(day, time.min, tzinfo=zone or timezone.get_default_timezone())


def period_of(revision: CouponTemplateRevision, *, at: datetime) -> tuple[datetime, datetime]:
    """Return [from, until) of a coupon issued at this moment.

    Fixed: the template's dates. Otherwise from the issue (or the start of a later day) to the end of the
    N-th calendar day after it.
    """
    if revision.validity == Validity.FIXED:
        return revision.valid_from, revision.valid_until
    today = day_of(at)
    later = revision.starts_after_days
    starts_at = start_of_day(today + timedelta(days=later)) if later else at
    return starts_at, start_of_day(today + timedelta(days=revision.valid_days + 1))


def day_of(at: datetime) -> date:
    """Return the calendar day of an instant, in the site's time zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def last_day(valid_until: datetime) -> date:
    """Return the last calendar day on which a coupon can be used, as people read it."""
    return day_of(valid_until - A_MOMENT)


def check_days(*, valid_days: int | None, starts_after_days: int) -> None:
    """Refuse a coupon that would begin after its end, or end before the margin has passed."""
    if not valid_days:
        raise ValidityTooShort(N_("Give a number of days from 1."), field="valid_days")
    if starts_after_days > valid_days:
        raise ValidityTooShort(
            N_("The coupon would start after its end: at most %(valid_days)s days."),
            field="starts_after_days",
            valid_days=valid_days,
        )
    # The worst claim is the one in the last moment of its day.
    usable_days = valid_days - max(starts_after_days - 1, 0)
    if timedelta(days=usable_days) < margin():
        raise ValidityTooShort(
            N_("Customers need at least %(hours)s hours to use a coupon: give more days."),
            field="valid_days",
            hours=settings.COUPON_MARGIN_HOURS,
        )


def check_claiming(*, template: CouponTemplateRevision, claiming: ClaimCampaignRevision, field: str) -> None:
    """Refuse a claim period that hands out coupons without a fair time to use them (CPN-03).

    `field` names the side that is being edited: the end of claiming, or the validity of the template.
    """
    if template.validity == Validity.AFTER_CLAIM:
        check_days(valid_days=template.valid_days, starts_after_days=template.starts_after_days)
        return
    if template.valid_until >= claiming.ends_at + margin():
        return
    raise ValidityTooShort(
        N_(
            "Coupons that end at %(until_at)s must be claimed by %(latest_at)s, so that customers have %(hours)s hours "
            "to use them; claiming ends at %(ends_at)s."
        ),
        field=field,
        until_at=template.valid_until.isoformat(),
        latest_at=(template.valid_until - margin()).isoformat(),
        ends_at=claiming.ends_at.isoformat(),
        hours=settings.COUPON_MARGIN_HOURS,
    )
