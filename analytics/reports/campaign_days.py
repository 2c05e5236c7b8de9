"""What each campaign sold and cost, day by day, and what came back of it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import pandas
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.reports.campaign_entries import CAMPAIGN_ENTRIES
from analytics.reports.registry import Column, report
from analytics.reports.streaming import bounds, stream
from pricing.csv_text import amount

KEYS = ["campaign", "name", "day"]
ENTRY = [*KEYS, "is_back", "orders", "units", "list", "payer", "discount"]
PAYERS = ["platform", "shops", "others"]
SOLD = ["orders", "units", "list", *PAYERS]
BACK = ["units_back", "list_back", *(f"{payer}_back" for payer in PAYERS)]
ENTRIES_AT_ONCE = 50_000
TOTAL = "total"


@report("campaign_days", title=_("Campaigns by day"))
class CampaignDays:
    """The order lines and shipping fees that a campaign touched; what came back counts on the day it came back."""

    columns = (
        Column("campaign", _("The number of the campaign.")),
        Column("campaign_name", _("Its name now.")),
        Column("day", _("The day in the site's time zone; total: the sum of the campaign's days.")),
        Column("orders", _("Orders placed with the campaign, those cancelled later included.")),
        Column("units", _("Units sold on the lines that it touched.")),
        Column("list", _("These lines and shipping fees at list price.")),
        Column("discount_platform", _("What the campaign took off at the platform's expense.")),
        Column("discount_shops", _("What the campaign took off at the expense of shops.")),
        Column("other_discounts", _("What other campaigns and coupons took off the same lines and fees.")),
        Column("net", _("list minus all discounts: what was charged for these lines and fees.")),
        Column("units_back", _("Units taken back by refunds and cancellations (negative).")),
        Column("list_back", _("What came back at list price (negative).")),
        Column("discount_platform_back", _("discount_platform on what came back (negative).")),
        Column("discount_shops_back", _("discount_shops on what came back (negative).")),
        Column("other_discounts_back", _("other_discounts on what came back (negative).")),
        Column("net_back", _("What was paid back, or no longer owed (negative).")),
        Column("kept", _("net plus net_back.")),
    )

    def rows(self, *, since: date, until: date, imported: bool = False) -> Iterator[tuple[object, ...]]:
        """Yield the days of each campaign, then its total; orders of the past only where asked for. One query."""
        starts, ends = bounds(since, until)
        sources = ["web", "import"] if imported else ["web"]
        zone = timezone.get_default_timezone_name()
        asked = {"since": starts, "until": ends, "sources": sources, "zone": zone}
        yield from _cells(by_day(stream(CAMPAIGN_ENTRIES, asked)))


def by_day(entries: Iterator[tuple[object, ...]]) -> pandas.DataFrame:
    """Return the sums by campaign, name and day, in units and whole cents, however many entries there are."""
    sums = _summed(pandas.DataFrame(columns=ENTRY).astype({name: "int64" for name in ("orders", "units", "list")}))
    while part := list(islice(entries, ENTRIES_AT_ONCE)):
        sums = pandas.concat([sums, _summed(pandas.DataFrame.from_records(part, columns=ENTRY))])
        sums = sums.groupby(level=KEYS).sum()
    return sums


def _summed(entries: pandas.DataFrame) -> pandas.DataFrame:
    """Give each payer a column, and what came back columns of its own."""
    back = entries["is_back"].astype(bool)
    for payer in PAYERS:
        entries[payer] = entries["discount"].where(entries["payer"] == payer, 0).astype("int64")
    for name in BACK:
        sold = entries[name.removesuffix("_back")]
        entries[name] = sold.where(back, 0)
    entries[SOLD] = entries[SOLD].where(~back, 0)
    return whole(entries.set_index(KEYS)[SOLD + BACK]).groupby(level=KEYS).sum()


def whole(figures: pandas.DataFrame) -> pandas.DataFrame:
    """Return the same figures. Raises TypeError where one is not a whole number of 64 bits: cents are never floats."""
    wrong = [name for name, kind in figures.dtypes.items() if kind != "int64"]
    if wrong:
        raise TypeError(f"not whole numbers: {', '.join(wrong)}")
    return figures


def _cells(days: pandas.DataFrame) -> Iterator[tuple[object, ...]]:
    for (campaign, name), of_campaign in whole(days).groupby(level=["campaign", "name"]):
        for (*_keys, day), *figures in of_campaign.itertuples():
            yield (campaign, name, day.isoformat(), *_shown(figures))
        yield (campaign, name, TOTAL, *_shown(of_campaign.sum()))


def _shown(figures: "pandas.Series[int] | list[int]") -> tuple[object, ...]:
    orders, units, listed, *discounts = map(int, figures)
    platform, shops, others, units_back, list_back, *back = discounts
    net_cents, net_back_cents = listed - platform - shops - others, list_back - sum(back)
    return (
        *(orders, units),
        *map(amount, (listed, platform, shops, others, net_cents)),
        units_back,
        *map(amount, (list_back, *back, net_back_cents, net_cents + net_back_cents)),
    )
