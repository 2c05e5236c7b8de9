"""Moments to text, in the site's time zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils.translation import override

from storefront.templatetags.moments import days_until, last_day, moment
from tests.factories import NOON

pytestmark = pytest.mark.req("SHP-02")


def test_moment_is_shown_to_the_minute_in_the_time_zone_of_the_site():
    with override("en"):
        assert moment(NOON) == "Nov 11 12:00"
    with override("zh-hans"):
        assert moment(NOON) == "11月11日 12:00"


def test_last_day_is_the_day_before_an_end_at_midnight():
    midnight = datetime(2026, 11, 11, 16, tzinfo=UTC)  # 00:00 on the 12th in the site's time zone
    with override("en"):
        assert last_day(midnight) == "Nov 11, 2026"
        assert last_day(midnight + timedelta(seconds=1)) == "Nov 12, 2026"


@pytest.mark.parametrize(
    ("end", "said", "said_zh"),
    [
        (datetime(2026, 11, 11, 16, tzinfo=UTC), "only today", "仅限今天"),  # 00:00 on the 12th in the site's time zone
        (datetime(2026, 11, 11, 16, 1, tzinfo=UTC), "until tomorrow", "明天到期"),
        (datetime(2026, 11, 12, 16, tzinfo=UTC), "until tomorrow", "明天到期"),
        (datetime(2026, 11, 12, 16, 1, tzinfo=UTC), "2 days left", "剩 2 天"),
        (datetime(2026, 11, 15, 16, tzinfo=UTC), "4 days left", "剩 4 天"),
    ],
)
def test_days_left_are_those_of_the_calendar_however_late_it_is(end, said, said_zh):
    late = datetime(2026, 11, 11, 15, 59, tzinfo=UTC)  # 23:59 on the 11th
    early = datetime(2026, 11, 10, 16, tzinfo=UTC)
    for at in (early, late):
        with override("en"):
            assert days_until(end, at) == said
        with override("zh-hans"):
            assert days_until(end, at) == said_zh


@pytest.mark.parametrize(
    ("left", "cells"),
    [
        (timedelta(days=2, hours=3, minutes=4, seconds=5), ["2d", "03", "04", "05"]),
        (timedelta(seconds=59), ["00", "00", "59"]),
        (-timedelta(seconds=9), ["00", "00", "00"]),
    ],
    ids=["days", "seconds", "over"],
)
def test_countdown_shows_what_is_left_without_any_script(left, cells):
    template = Template('{% load moments %}{% countdown until at "Ends in" %}')
    text = template.render(Context({"until": NOON + left, "at": NOON}))
    assert "".join(f"<span>{cell}</span>" for cell in cells) in text
    assert f'data-until="{int((NOON + left).timestamp())}"' in text
