"""Rows of a long question, fetched as they are read: memory does not grow with their number."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

ROWS_AT_ONCE = 2_000


def stream(sql: str, figures: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows through a server-side cursor, in one snapshot, without the time limit of web requests."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        with connection.chunked_cursor() as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(sql, figures)
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield from rows


def bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the instants [start, end) of the days from `since` to `until` in the site's time zone."""
    return _start_of(since), _start_of(until + timedelta(days=1))


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
