"""Moments to text, in the site's time zone and the reader's language."""

from datetime import date, datetime, timedelta

from babel.dates import format_skeleton
from django import template
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from pricing.wording import reader_locale

register = template.Library()


@register.filter
def moment(when: datetime | None) -> str:
    """Return a moment to the minute: "Nov 12 20:00", "11月12日 20:00"."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return f"{format_skeleton('MMMd', local, locale=reader_locale())} {local:%H:%M}"


@register.filter
def near(when: datetime, at: datetime) -> str:
    """Return a moment as people say it from `at`: "today 10:00", "tomorrow 10:00", "Nov 12 10:00"."""
    days = (timezone.localtime(when).date() - timezone.localtime(at).date()).days
    clock = f"{timezone.localtime(when):%H:%M}"
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    return gettext("tomorrow %(time)s") % {"time": clock} if days == 1 else moment(when)


@register.filter
def day(when: datetime | None) -> str:
    """Return a day with its year."""
    if when is None:
        return ""
    return format_skeleton("yMMMd", timezone.localtime(when), locale=reader_locale())


@register.filter
def last_day(end: datetime | None) -> str:
    """Return the last day on which something that ends (exclusive) at `end` is still good."""
    return day(end - timedelta(microseconds=1)) if end else ""


@register.filter
def seconds(when: datetime) -> int:
    """Return the seconds since 1970: what a countdown in the page reads."""
    return int(when.timestamp())


@register.simple_tag
def days_until(end: datetime, at: datetime) -> str:
    """Return how long something that ends (exclusive) at `end` is still good, in days of the calendar."""
    days = (_date(end - timedelta(microseconds=1)) - _date(at)).days
    if days <= 0:
        return gettext("only today")
    if days == 1:
        return gettext("until tomorrow")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _date(when: datetime) -> date:
    return timezone.localtime(when, timezone.get_default_timezone()).date()


@register.inclusion_tag("storefront/parts/countdown.html")
def countdown(until: datetime, at: datetime, words: str) -> dict[str, object]:
    """Return a countdown from the server's time; without a script it shows what is left at this moment."""
    left = max(timedelta(0), until - at)
    hours, rest = divmod(left.seconds, 3600)
    cells = [f"{part:02d}" for part in (hours, *divmod(rest, 60))]
    return {"until": until, "days": left.days, "cells": cells, "words": words}
