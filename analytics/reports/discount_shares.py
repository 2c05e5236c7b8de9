"""Who gave which discount on what: every order as entries that sum to what the shopper has paid."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.reports.discount_entries import ENTRIES
from analytics.reports.registry import Column, report
from analytics.reports.streaming import bounds, stream
from pricing.csv_text import amount


class Entry(NamedTuple):
    """One entry of an order as the database gives it; money in cents, signed."""

    at: datetime
    kind: str
    order: str
    source: str
    state: str
    line: int | None
    shop: str
    sku: str | None
    quantity: int | None
    layer: str | None
    campaign: int | None
    campaign_name: str | None
    coupon: str | None
    template: int | None
    template_name: str | None
    funder: str | None
    list_cents: int
    discount_cents: int
    refund: int | None


@report("discount_shares", title=_("Discount by order line, campaign, coupon and funder"))
class DiscountShares:
    """The sums over the sale entries of an order are its totals; over all its entries, what was kept of it."""

    columns = (
        Column("at", _("When the entry took effect, in the site's time zone.")),
        Column(
            "entry",
            _(
                "goods: a line at list price; discount: one offer's part of it; shipping and shipping_discount: the "
                "same for the shipping fee. The same with _back: what a cancellation or refund took back; above zero, "
                "a discount that a refund has moved to goods that are kept. reward_back: what a refund was lowered by "
                "for a used coupon that the order had earned; above zero, given back."
            ),
        ),
        Column("order", _("The order number.")),
        Column("source", _("web, or import for orders of the past.")),
        Column("order_state", _("The state of the order now.")),
        Column("line", _("The line within the order; empty for shipping.")),
        Column("shop", _("The code of the shop that sells.")),
        Column("sku", _("The code of the SKU.")),
        Column("quantity", _("Units sold (goods) or taken back (goods_back, negative).")),
        Column("layer", _("The layer of the offer: item, multi, order, coupon or shipping.")),
        Column("campaign", _("The number of the campaign that gave the discount.")),
        Column("campaign_name", _("Its name as the order knew it.")),
        Column("coupon", _("The number of the coupon that gave the discount.")),
        Column("template", _("The number of the coupon's template.")),
        Column("template_name", _("Its name as the coupon knew it.")),
        Column("funder", _("Who pays the discount: platform, or the code of a shop.")),
        Column("list", _("The amount at list price; negative where goods or fees came back.")),
        Column("discount", _("The discount; negative where it was taken back.")),
        Column("net", _("list minus discount.")),
        Column("refund", _("The number of the refund.")),
    )

    def rows(self, *, since: date, until: date, imported: bool = False) -> Iterator[tuple[object, ...]]:
        """Yield the entries of these days in the order of time; orders of the past only where asked for."""
        starts, ends = bounds(since, until)
        sources = ["web", "import"] if imported else ["web"]
        for row in stream(ENTRIES, {"since": starts, "until": ends, "sources": sources}):
            yield _cells(Entry._make(row))


def _cells(entry: Entry) -> tuple[object, ...]:
    return (
        timezone.localtime(entry.at, timezone.get_default_timezone()).isoformat(sep=" ", timespec="seconds"),
        *entry[1:16],
        amount(entry.list_cents),
        amount(entry.discount_cents),
        amount(entry.list_cents - entry.discount_cents),
        entry.refund,
    )
