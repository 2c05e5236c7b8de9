"""The CSV by order of a replay."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from pricing.csv_text import amount
from pricing.engine.money import WHOLE_BP, portion
from promo_site.replaying.run import Replayed

HEADER = (
    "Order",
    "Placed at",
    "Lines",
    "Before",
    "Discount",
    "Discount %",
    "After",
    "Campaigns",
    "Proved best",
    "Broken",
)


def report_rows(orders: Iterable[Replayed]) -> Iterator[tuple[object, ...]]:
    """Return the cells of each order; amounts in the site's currency."""
    for one in orders:
        share_bp = portion(one.discount_cents, WHOLE_BP, of_bp=one.before_cents) if one.before_cents else 0
        yield (
            one.number,
            timezone.localtime(one.placed_at).isoformat(sep=" ", timespec="minutes"),
            one.lines,
            amount(one.before_cents),
            amount(one.discount_cents),
            amount(share_bp),
            amount(one.after_cents),
            " ".join(sorted(one.by_offer)),
            "yes" if one.optimal else "no",
            "; ".join(one.broken),
        )
