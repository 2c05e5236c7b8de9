"""Builders of rows for tests: one file per app. Defaults are plain; a test names only what it is about."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)  # 12:00 in the site's time zone
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
