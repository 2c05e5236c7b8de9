"""The SKU rows of a revision, lists of SKUs and bad rows as CSV, harmless when a spreadsheet opens them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from campaigns.sku_list.judging import Judged
from pricing.csv_text import csv_lines
from pricing.models import Sku
from pricing.wording import plain_amount, say

AT_ONCE = 5_000


def headings() -> list[str]:
    """Return the columns of a list, in the reader's language; `reading.HEADINGS` knows them."""
    return [
        "SKU",
        gettext("activity price"),
        gettext("activity stock"),
        gettext("limit per shopper"),
        gettext("left out"),
    ]


def rows_as_csv(rows: QuerySet[Any]) -> Iterator[str]:
    """Yield the lines of the list of a revision's SKU rows, by code: what the import reads, and what helps to price."""
    columns = (
        "sku__code", "price_cents", "stock_units", "limit_units", "excluded", "sku__list_cents", "sku__floor_cents",
        "sku__cost_cents", "sku__product__name",
    )  # fmt: skip
    found = rows.order_by("sku__code").values_list(*columns).iterator(chunk_size=AT_ONCE)
    more = [gettext("list price"), gettext("price floor"), gettext("cost"), gettext("product")]
    return csv_lines(
        [*headings(), *more],
        (
            (code, _amount(price), stock, limit, "yes" if excluded else "", *map(_amount, (listed, floor, cost)), name)
            for code, price, stock, limit, excluded, listed, floor, cost, name in found
        ),
    )


def skus_as_csv(skus: QuerySet[Sku]) -> Iterator[str]:
    """Yield the lines of a list of SKUs, to be priced in a spreadsheet and read again."""
    columns = ("code", "list_cents", "floor_cents", "cost_cents", "product__name")
    found = skus.values_list(*columns).iterator(chunk_size=AT_ONCE)
    more = [gettext("list price"), gettext("price floor"), gettext("cost"), gettext("product")]
    return csv_lines(
        [*headings(), *more],
        ((code, "", "", "", "", *map(_amount, figures), name) for code, *figures, name in found),
    )


def bad_rows_as_csv(bad: Iterable[Judged]) -> str:
    """Return the rows that cannot be read, as they were typed, with the line and everything that is wrong."""
    lines = csv_lines(
        [*headings(), gettext("line"), gettext("problem")],
        (
            (
                *(one.row.code, one.row.price, one.row.stock, one.row.limit, one.row.left_out, one.row.number),
                " ".join(say(problem) for problem in one.problems),
            )
            for one in bad
        ),
    )
    return "".join(lines).lstrip("\ufeff")


def _amount(cents: int | None) -> str:
    return "" if cents is None else plain_amount(cents)
