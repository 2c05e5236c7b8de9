"""A CSV table with a header -> its rows by column; and what came of each row."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext

from campaigns.customer_rows import WrongFile

MOST_ROWS = 100_000
LONGEST_CELL = 80
# What people write above a column, beside its own name.
SYNONYMS = {
    "sku": "sku", "sku code": "sku", "sku编码": "sku", "编码": "sku",
    "units": "units", "pieces": "units", "件数": "units", "数量": "units",
    "商品编码": "product", "名称": "name_zh", "店铺": "shop", "类目": "category", "售价": "list_price",
    "list price": "list_price", "price": "list_price", "成本": "cost", "底价": "floor", "库存": "stock",
}  # fmt: skip


class TableRow(NamedTuple):
    """A row by its column names; empty cells are empty texts."""

    line: int
    cells: dict[str, str]

    @property
    def sku(self) -> str:
        return self.cells.get("sku", "")


@dataclass(frozen=True, slots=True)
class Result:
    """What came, or would come, of one row, in the reader's language."""

    line: int
    sku: str
    text: str
    is_wrong: bool = False


def read_table(text: str, *, needed: Collection[str], known: Collection[str]) -> list[TableRow]:
    """Return the rows that are not empty. Raises WrongFile for a header that lacks a column or has an unknown one."""
    begin = text[:4_000]
    sign = next((sign for sign in "\t;," if sign in begin), ",")
    try:
        lines = [*csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=sign)]
    except csv.Error:
        raise WrongFile(gettext("This is no text file: save the table as CSV (UTF-8).")) from None
    if not lines:
        raise WrongFile(gettext("The table is empty."))
    header = [_column(cell) for cell in lines[0]]
    _check_header(header, needed, known)
    rows = [
        TableRow(number, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
        for number, cells in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not 1 <= len(rows) <= MOST_ROWS:
        raise WrongFile(gettext("A table holds 1 to %(most)s rows below its header.") % {"most": MOST_ROWS})
    return rows


def wrong(row: TableRow, *problems: str) -> Result:
    return Result(row.line, row.sku[:LONGEST_CELL], " ".join(problems), is_wrong=True)


def wrong_in_form(row: TableRow, form: forms.Form) -> Result:
    """Say what a form has found wrong with a row, column by column."""
    return wrong(row, *(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()))


def twice(rows: Iterable[TableRow]) -> Iterator[tuple[TableRow, bool]]:
    """Yield each row, and whether its SKU stands further up already."""
    seen: set[str] = set()
    for row in rows:
        yield row, row.sku in seen
        seen.add(row.sku)


def _column(cell: str) -> str:
    name = cell.strip().lower().lstrip("\ufeff")
    return SYNONYMS.get(name, name)


def _check_header(header: list[str], needed: Collection[str], known: Collection[str]) -> None:
    if missing := [name for name in needed if name not in header]:
        text = gettext("The first row names the columns. Missing: %(columns)s.")
        raise WrongFile(text % {"columns": ", ".join(missing)})
    if strange := [name for name in header if name not in known]:
        text = gettext("These columns are not known: %(strange)s. Known: %(known)s.")
        named = ", ".join(name[:LONGEST_CELL] or "–" for name in strange[:5])
        raise WrongFile(text % {"strange": named, "known": ", ".join(known)})
    if len(set(header)) < len(header):
        raise WrongFile(gettext("A column stands twice in the first row."))
