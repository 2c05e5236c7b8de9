from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from coupons.releases import schedule_of

pytestmark = pytest.mark.req("CPN-03")


def local(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


START, END = local(10, 0), local(20, 0)


def schedule(*rows, every="day", carry=False, starts_at=START, ends_at=END):
    stored = {"every": every, "at": [list(row) for row in rows], "carry": carry}
    return schedule_of(SimpleNamespace(releases=stored, starts_at=starts_at, ends_at=ends_at))


def test_every_day_at_two_times_opens_by_the_clock_within_the_period():
    daily = schedule(("10:00", 200), ("20:00", 100), starts_at=local(10, 12), ends_at=local(12, 20))
    assert daily.latest(local(10, 19, 59)) is None
    assert (daily.following(local(9, 0)).opens_at, daily.following(local(9, 0)).units) == (local(10, 20), 100)
    evening = daily.latest(local(10, 20))
    assert (evening.opens_at, evening.units, evening.room) == (local(10, 20), 100, 100)
    assert daily.following(local(10, 20)).opens_at == local(11, 10)
    assert daily.latest(local(11, 9, 59)).opens_at == local(10, 20)
    assert daily.following(local(12, 10)) is None  # 20:00 is the end
    assert daily.units == 100 + 300 + 200


def test_leftovers_that_are_carried_over_raise_what_all_releases_together_may_give():
    daily = schedule(("10:00", 200), ("20:00", 100), carry=True, starts_at=local(10, 12))
    rooms = [daily.latest(at).room for at in (local(10, 20), local(11, 10), local(11, 23), local(15, 12))]
    assert rooms == [100, 300, 400, 100 + 4 * 300 + 200]


def test_listed_moments_come_in_their_order_and_outside_the_period_not_at_all():
    rows = [(local(day, 10).astimezone(UTC).isoformat(), units) for day, units in ((13, 5), (11, 7), (25, 9))]
    listed = schedule(*rows, every="", carry=True)
    assert [(one.opens_at, one.units, one.room) for one in listed.between(local(1, 0), local(30, 0))] == [
        (local(11, 10), 7, 7),
        (local(13, 10), 5, 12),
    ]
    assert (listed.latest(local(12, 0)).opens_at, listed.following(local(12, 0)).opens_at) == (
        local(11, 10),
        local(13, 10),
    )
    assert (listed.following(local(14, 0)), listed.units) == (None, 12)


def test_each_time_comes_once_on_the_days_on_which_the_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = datetime(2026, 3, 28, tzinfo=berlin), datetime(2026, 10, 24, tzinfo=berlin)
    for start, expected in (
        (spring, ["01:30", "01:30", "00:30"]),  # 02:30 is skipped on the 29th: half past three, summer time
        (autumn, ["00:30", "00:30", "01:30"]),  # 02:30 comes twice on the 25th: the first one counts
    ):
        daily = schedule(("02:30", 10), starts_at=start, ends_at=start + timedelta(days=3), carry=True)
        found = list(daily.between(start, start + timedelta(days=3)))
        assert [f"{one.opens_at.astimezone(UTC):%H:%M}" for one in found] == expected
        assert [one.room for one in found] == [10, 20, 30]
        assert [daily.latest(one.opens_at).room for one in found] == [10, 20, 30]


def test_a_skipped_time_that_falls_on_another_one_comes_with_it(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    start = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))  # half past two is half past three
    daily = schedule(("02:30", 10), ("03:30", 5), starts_at=start, ends_at=start + timedelta(days=2))
    found = list(daily.between(start, start + timedelta(days=2)))
    assert [one.room for one in found] == [15, 10, 5]
    assert [daily.latest(one.opens_at).room for one in found] == [15, 10, 5]


@pytest.fixture(autouse=True)
def _zone_as_before(settings):
    yield
    timezone.get_default_timezone.cache_clear()


def test_no_releases_mean_everything_at_once():
    assert schedule_of(SimpleNamespace(releases={})) is None
