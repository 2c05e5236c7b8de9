from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from coupons.models import ClaimCampaignRevision, CouponTemplateRevision
from coupons.validity import ValidityTooShort, check_claiming, check_days, last_day, period_of

pytestmark = pytest.mark.req("CPN-01", "CPN-03")


def local(month, day, hour=0, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


def fixed(until):
    return CouponTemplateRevision(validity="fixed", valid_from=local(11, 1), valid_until=until)


def after_claim(days, later=0):
    return CouponTemplateRevision(validity="after_claim", valid_days=days, starts_after_days=later)


def test_three_days_after_10_november_last_through_13_november():
    claimed_at = local(11, 10, 15, 30)
    valid_from, valid_until = period_of(after_claim(3), at=claimed_at)
    assert (valid_from, valid_until) == (claimed_at, local(11, 14))
    assert last_day(valid_until) == date(2026, 11, 13)


def test_day_of_the_claim_is_the_day_in_the_sites_time_zone():
    late_in_utc = datetime(2026, 11, 9, 17, tzinfo=UTC)  # 01:00 on the 10th in the shop
    assert period_of(after_claim(1), at=late_in_utc)[1] == local(11, 12)


def test_later_start_is_the_beginning_of_a_day():
    assert period_of(after_claim(3, later=2), at=local(11, 10, 15)) == (local(11, 12), local(11, 14))


def test_fixed_dates_do_not_depend_on_the_claim():
    revision = fixed(local(11, 20))
    assert period_of(revision, at=local(11, 10)) == (local(11, 1), local(11, 20))


def test_day_of_a_clock_change_ends_at_midnight_of_that_zone(settings):
    settings.TIME_ZONE = "America/New_York"
    zone = timezone.get_default_timezone()
    claimed_at = datetime(2026, 10, 31, 12, tzinfo=zone)
    valid_until = period_of(after_claim(1), at=claimed_at)[1]
    assert valid_until == datetime(2026, 11, 2, 5, tzinfo=UTC)  # 25 hours after the first midnight


def test_leap_day_is_a_day():
    claimed_at = datetime(2028, 2, 28, 12, tzinfo=timezone.get_default_timezone())
    assert last_day(period_of(after_claim(1), at=claimed_at)[1]) == date(2028, 2, 29)


def test_claiming_until_12_november_needs_coupons_that_last_beyond_it_by_the_margin():
    claiming = ClaimCampaignRevision(starts_at=local(11, 1), ends_at=local(11, 12))
    with pytest.raises(ValidityTooShort):
        check_claiming(template=fixed(local(11, 11)), claiming=claiming, field="ends_at")
    almost = local(11, 13) - timedelta(microseconds=1)
    with pytest.raises(ValidityTooShort) as refusal:
        check_claiming(template=fixed(almost), claiming=claiming, field="valid_until")
    assert refusal.value.field == "valid_until"
    assert refusal.value.figures["hours"] == 24
    assert check_claiming(template=fixed(local(11, 13)), claiming=claiming, field="ends_at") is None


@pytest.mark.parametrize(
    ("days", "later", "field"),
    [(0, 0, "valid_days"), (None, 0, "valid_days"), (3, 4, "starts_after_days"), (2, 0, None), (3, 3, None)],
)
def test_days_leave_time_to_use_the_coupon(days, later, field):
    if field is None:
        assert check_days(valid_days=days, starts_after_days=later) is None
        return
    with pytest.raises(ValidityTooShort) as refusal:
        check_days(valid_days=days, starts_after_days=later)
    assert refusal.value.field == field


def test_margin_of_three_days_refuses_coupons_of_two(settings):
    settings.COUPON_MARGIN_HOURS = 72
    with pytest.raises(ValidityTooShort) as refusal:
        check_days(valid_days=2, starts_after_days=0)
    assert (refusal.value.field, refusal.value.figures) == ("valid_days", {"hours": 72})
    assert check_days(valid_days=3, starts_after_days=0) is None
    with pytest.raises(ValidityTooShort):
        check_days(valid_days=4, starts_after_days=3)
