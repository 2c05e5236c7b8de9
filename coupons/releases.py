"""When a claim campaign releases how many coupons: pure calendar arithmetic in the site's time zone.

A release opens by the clock, no worker has to open it. Stored as {"every": "day", "at": [["10:00", 200], …], "carry":
true} or {"every": "", "at": [["2026-11-11T02:00:00+00:00", 200], …], "carry": false}; {} = all at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from coupons.validity import day_of

DAY = timedelta(days=1)
DAILY = "day"


@dataclass(frozen=True, slots=True)
class Release:
    """One batch. `room` is what may be given out while it is the latest: its `units`, or with what was left before
    (`carries`) those of all releases so far, of which everything claimed since the first one is taken."""

    opens_at: datetime
    units: int
    room: int
    carries: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The releases within [starts_at, ends_at): at times of each day, or at moments; either with its units."""

    starts_at: datetime
    ends_at: datetime
    times: tuple[tuple[time, int], ...] = ()
    moments: tuple[tuple[datetime, int], ...] = ()
    carries: bool = False

    def latest(self, at: datetime) -> Release | None:
        """Return the release that is handed out at a moment, None before the first."""
        opened = [row for row in self._around(at) if row[0] <= at]
        return self._release(opened[-1]) if opened else None

    def following(self, at: datetime) -> Release | None:
        """Return the release that opens next, None after the last."""
        return next((self._release(row) for row in self._around(at) if row[0] > at), None)

    def between(self, first: datetime, last: datetime) -> Iterator[Release]:
        """Yield the releases of the days from `first` to `last`, both included."""
        day = max(day_of(first), day_of(self.starts_at))
        end = min(day_of(last), day_of(self.ends_at))
        while day <= end:
            yield from map(self._release, self._of_day(day))
            day += DAY

    @property
    def first(self) -> Release | None:
        """The first release, None where there is none."""
        return next(self.between(self.starts_at, self.ends_at), None)

    @property
    def units(self) -> int:
        """All releases together."""
        released = self.latest(self.ends_at)
        return self._released_until(released.opens_at) if released else 0

    def _around(self, at: datetime) -> list[tuple[datetime, int]]:
        """Return the releases beside a moment: none is missing between the one before it and the one after it."""
        if self.moments:
            return [row for row in self.moments if self.starts_at <= row[0] < self.ends_at]
        day = min(max(day_of(at), day_of(self.starts_at)), day_of(self.ends_at))
        return [row for near in (day - DAY, day, day + DAY) for row in self._of_day(near)]

    def _of_day(self, day: date) -> list[tuple[datetime, int]]:
        listed = [row for row in self.moments if day_of(row[0]) == day]
        rows = listed if self.moments else self._times_of(day)
        return [row for row in rows if self.starts_at <= row[0] < self.ends_at]

    def _times_of(self, day: date) -> list[tuple[datetime, int]]:
        """Each time comes once a day: one that the clocks skip a little later, one that they repeat the first time.

        One that is skipped may come together with another one: then both are one release.
        """
        zone, rows = timezone.get_default_timezone(), dict[datetime, int]()
        for at, units in self.times:
            opens_at = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
            rows[opens_at] = rows.get(opens_at, 0) + units
        return sorted(rows.items())

    def _released_until(self, opens_at: datetime) -> int:
        """How many have been released up to a release, it included."""
        if self.moments:
            return sum(units for at, units in self.moments if self.starts_at <= at <= opens_at)
        first, day = day_of(self.starts_at), day_of(opens_at)
        before = sum(units for at, units in self._times_of(first) if at < self.starts_at)
        today = sum(units for at, units in self._times_of(day) if at <= opens_at)
        return (day - first).days * sum(units for _time, units in self.times) + today - before

    def _release(self, row: tuple[datetime, int]) -> Release:
        opens_at, units = row
        return Release(opens_at, units, self._released_until(opens_at) if self.carries else units, self.carries)


def schedule_of(revision: Any) -> Schedule | None:
    """Return the releases of a claim campaign's revision, None where all is there from the start. No query."""
    stored: Mapping[str, Any] = revision.releases
    if not stored:
        return None
    rows, daily = stored["at"], stored["every"] == DAILY
    return Schedule(
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        times=tuple((time.fromisoformat(at), units) for at, units in rows) if daily else (),
        moments=() if daily else tuple(sorted((datetime.fromisoformat(at), units) for at, units in rows)),
        carries=stored["carry"],
    )
