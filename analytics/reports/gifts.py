"""Which gifts orders were given, what they are worth and what they cost; what a cancellation took back."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.reports.registry import Column, report
from analytics.reports.streaming import bounds, stream
from pricing.csv_text import amount

ENTRIES = """
    SELECT entry.at, entry.kind, o.number, o.state, r.campaign_id, r.name, shop.code, sku.code,
           entry.sign * g.quantity, entry.sign * g.value_cents, entry.sign * g.quantity * g.cost_cents
    FROM storefront_ordergift g
    JOIN storefront_order o ON o.id = g.order_id
    JOIN campaigns_campaignrevision r ON r.id = g.campaign_revision_id
    JOIN pricing_shop shop ON shop.id = g.shop_id
    JOIN pricing_sku sku ON sku.id = g.sku_id
    CROSS JOIN LATERAL (VALUES (o.placed_at, 'gift', 1), (o.cancelled_at, 'gift_back', -1)) entry (at, kind, sign)
    WHERE entry.at >= %(since)s AND entry.at < %(until)s AND o.source = ANY(%(sources)s)
    ORDER BY entry.at, g.id, entry.kind
"""


@report("gifts", title=_("Gifts by order"))
class Gifts:
    """One entry per gift of an order, and a negative one where the order was cancelled."""

    columns = (
        Column("at", _("When the entry took effect, in the site's time zone.")),
        Column("entry", _("gift: given with the order; gift_back: taken back by a cancellation (negative).")),
        Column("order", _("The order number.")),
        Column("order_state", _("The state of the order now.")),
        Column("campaign", _("The number of the campaign that gave the gift.")),
        Column("campaign_name", _("Its name as the order knew it.")),
        Column("shop", _("The code of the shop that sells.")),
        Column("sku", _("The code of the SKU.")),
        Column("quantity", _("Units given.")),
        Column("value", _("What the campaign says they are worth.")),
        Column("cost", _("What they cost at the time of the order; empty where that is not known.")),
    )

    def rows(self, *, since: date, until: date, imported: bool = False) -> Iterator[tuple[object, ...]]:
        """Yield the entries of these days in the order of time. One query."""
        starts, ends = bounds(since, until)
        sources = ["web", "import"] if imported else ["web"]
        zone = timezone.get_default_timezone()
        for at, *told, value_cents, cost_cents in stream(ENTRIES, {"since": starts, "until": ends, "sources": sources}):
            when = timezone.localtime(at, zone).isoformat(sep=" ", timespec="seconds")
            yield (when, *told, amount(value_cents), "" if cost_cents is None else amount(cost_cents))
