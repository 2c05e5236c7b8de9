"""What a recipe is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from pricing.engine.benefits.sku_prices import SkuPrices

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A period as it is proposed: so many days from today, or the next weekday of that number (Monday = 0)."""

    lasts: timedelta
    days: int = 1
    hour: int = 0
    weekday: int | None = None
    announced: timedelta | None = None

    def period(self, at: datetime) -> dict[str, datetime | None]:
        """Return start, end and announcement after the moment `at`, by the site's clock."""
        today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        ahead = self.days if self.weekday is None else (self.weekday - today.weekday() - 1) % 7 + 1
        return period_from(today + ahead * DAY + self.hour * HOUR, self.lasts, self.announced)


def period_from(starts: datetime, lasts: timedelta, announced: timedelta | None = None) -> dict[str, datetime | None]:
    """Return a period that begins at a time on the wall (without zone) and lasts so long, by the same clock."""
    begins, ends = timezone.make_aware(starts), timezone.make_aware(starts + lasts)
    return {
        "starts_at": begins,
        "ends_at": ends,
        "warm_up_at": timezone.make_aware(starts - announced) if announced else None,
    }


@dataclass(frozen=True, slots=True)
class Recipe:
    """One set-up. `title` and `when` are read by operators, `names` and `badges` (English, Chinese) by shoppers.

    `params` belong to the benefit, `fields` are columns of a revision; amounts in cents, rates in basis points.
    """

    code: str
    title: Any
    when: Any
    benefit: str
    params: Mapping[str, Any]
    names: tuple[str, str]
    badges: tuple[str, str]
    slot: Slot
    layer: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prices_each_sku(self) -> bool:
        """Whether every SKU is chosen with a price of its own, so that no category can bring it."""
        return self.benefit == SkuPrices.CODE

    def columns(self, at: datetime) -> dict[str, Any]:
        """Return what a draft of this recipe says, its goods aside."""
        named = dict(zip(("name", "name_zh", "badge", "badge_zh"), (*self.names, *self.badges), strict=True))
        rule = {"benefit_code": self.benefit, "params": dict(self.params), "layer": self.layer}
        return {**named, **rule, **self.slot.period(at), **self.fields}
