"""What is different between the SKU lists of two revisions: how many, and the first few, however long the lists are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

FIGURES = {"prices": "price_cents", "stocks": "stock_units", "limits": "limit_units"}
NAMED = 12
NONE = -1  # no figure of a row is negative


@dataclass(frozen=True, slots=True)
class SkuChanges:
    """One sort of change: of how many SKUs, and the first by code with their figure before and after, None = none."""

    sort: str
    count: int
    first: list[tuple[str, int | None, int | None]]


def sku_changes(before: Any, after: Any) -> list[SkuChanges]:
    """Return what differs between two stored revisions. Two or three queries for each sort.

    Sorts: added, removed (SKUs that are chosen), prices, stocks, limits (of those that stay), left_out and
    left_out_no_more. A SKU of which two figures differ is in both sorts.
    """
    found = {
        "added": _only_in(after, before, excluded=False),
        "removed": _only_in(before, after, excluded=False),
        **{sort: _with_another(figure, before, after) for sort, figure in FIGURES.items()},
        "left_out": _only_in(after, before, excluded=True),
        "left_out_no_more": _only_in(before, after, excluded=True),
    }
    counts = {sort: rows.count() for sort, rows in found.items()}
    return [SkuChanges(sort, counts[sort], _first(sort, rows, before)) for sort, rows in found.items() if counts[sort]]


def _only_in(these: Any, those: Any, *, excluded: bool) -> QuerySet[Any]:
    same = those.skus.order_by().filter(sku=OuterRef("sku"), excluded=excluded)
    return these.skus.order_by().filter(~Exists(same), excluded=excluded)


def _with_another(figure: str, before: Any, after: Any) -> QuerySet[Any]:
    old = before.skus.order_by().filter(sku=OuterRef("sku"), excluded=False).alias(old=Coalesce(F(figure), NONE))
    return after.skus.order_by().filter(Exists(old.exclude(old=Coalesce(OuterRef(figure), NONE))), excluded=False)


def _first(sort: str, rows: QuerySet[Any], before: Any) -> list[tuple[str, int | None, int | None]]:
    figure = FIGURES.get(sort, "price_cents")
    found = list(rows.order_by("sku__code").values_list("sku", "sku__code", figure)[:NAMED])
    old = dict(before.skus.filter(sku__in=[row[0] for row in found]).values_list("sku", figure))
    return [(code, old.get(sku_id), new) for sku_id, code, new in found]
