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


def test_days_left_are_full_days_and_nothing_on_the_last():
    assert days_until(NOON + timedelta(days=2, hours=3), NOON) == "2 days left"
    assert days_until(NOON + timedelta(days=1), NOON) == "1 day left"
    assert days_until(NOON + timedelta(hours=23), NOON) == ""


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
