"""The stretch of time that the timeline shows, cut into columns."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

ONE_DAY = timedelta(days=1)
DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Zoom:
    """How much is seen at once: days from `days_before` the day that is looked at, each cut into `per_day` columns."""

    code: str
    days: int
    per_day: int
    step_days: int


ZOOMS = {zoom.code: zoom for zoom in (Zoom("week", 7, 24, 7), Zoom("month", 35, 4, 28), Zoom("quarter", 92, 1, 84))}


@dataclass(frozen=True, slots=True)
class Window:
    """`first` is the first day shown, a Monday. Columns are counted from 1, as CSS does."""

    first: date
    zoom: Zoom

    @classmethod
    def around(cls, day: date, zoom: Zoom) -> "Window":
        """Return the window of this zoom whose first week is that of the day."""
        return cls(day - day.weekday() * ONE_DAY, zoom)

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        return _midnight(self.first + self.zoom.days * ONE_DAY)

    @property
    def columns(self) -> int:
        return self.zoom.days * self.zoom.per_day

    @property
    def days(self) -> list[date]:
        return [self.first + place * ONE_DAY for place in range(self.zoom.days)]

    @property
    def earlier(self) -> date:
        return self.first - self.zoom.step_days * ONE_DAY

    @property
    def later(self) -> date:
        return self.first + self.zoom.step_days * ONE_DAY

    def column_of_day(self, day: date) -> int:
        """Return the first column of a day, at the edge for one outside."""
        return self._kept((day - self.first).days * self.zoom.per_day)

    def column_at(self, moment: datetime) -> int:
        """Return the column that a moment falls into, by the clock on the wall; at the edge for one outside."""
        return self._kept(self._seconds(moment) * self.zoom.per_day // DAY_SECONDS)

    def span(self, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
        """Return the columns from start to end, the second one excluded; at least one column is touched."""
        start = min(self.column_at(starts_at), self.columns)
        end = self._kept(-(-self._seconds(ends_at) * self.zoom.per_day // DAY_SECONDS))
        return start, max(end, start + 1)

    def _seconds(self, moment: datetime) -> int:
        local = timezone.localtime(moment)
        of_day = local.hour * 3600 + local.minute * 60 + local.second
        return (local.date() - self.first).days * DAY_SECONDS + of_day

    def _kept(self, steps: int) -> int:
        return min(max(steps, 0), self.columns) + 1


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
