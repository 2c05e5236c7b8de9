"""A file or pasted text -> rows of text. Tab, comma or semicolon; UTF-8 or GBK; with headings or without."""

import csv
import re
from collections.abc import Iterable
from typing import NamedTuple

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

MOST_ROWS = 200_000
MOST_BYTES = 20 * 1024 * 1024
LONGEST_CELL = 80
SEPARATORS = ("\t", ";", "；", ",", "，")
# How spreadsheets call the columns, in both languages, without blanks and in lower case.
HEADINGS = {
    "code": ("sku", "skucode", "code", "sku编码", "sku码", "编码", "商品编码"),
    "price": ("activityprice", "price", "活动价", "活动价格", "秒杀价", "价格"),
    "stock": ("activitystock", "stock", "活动库存", "库存"),
    "limit": ("limitpershopper", "limit", "每人限购", "限购", "限购件数"),
    "left_out": ("leftout", "excluded", "排除", "不参加"),
}
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
# What our own export puts before text that a spreadsheet would take for a formula.
SHIELDED = re.compile(r"'[\s]*[=+\-@＝＋－＠|%]")


class Unreadable(Refusal):
    """The file or text is no list of SKUs."""


class TextRow(NamedTuple):
    """What stands in one line, as typed; `number` counts lines from 1, the headings included."""

    number: int
    code: str
    price: str = ""
    stock: str = ""
    limit: str = ""
    left_out: str = ""


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8 with or without its mark, UTF-16 with it, or GBK. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(N_("The file is larger than %(most)s MB."), field="file", most=MOST_BYTES // 1024 // 1024)
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(N_("This is no text in UTF-8 or GBK. Save the table as CSV."), field="file")


def rows_in(text: str, *, columns: Iterable[str]) -> list[TextRow]:
    """Return the rows of a table. `columns`: what stands where, if the first line does not say it by headings.

    Raises Unreadable for nothing, too many rows, and headings without a column of SKU codes.
    """
    if "\0" in text:
        raise Unreadable(N_("This is no text in UTF-8 or GBK. Save the table as CSV."), field="file")
    lines = text.lstrip("\ufeff").splitlines()
    separator = _separator(next((line for line in lines if line.strip()), ""))
    order, rows = tuple(columns), []
    for number, cells in enumerate(csv.reader(_plain(lines), delimiter=separator), start=1):
        cells = [_cell(cell) for cell in cells]
        if not any(cells):
            continue
        if not rows and (headings := _headings(cells)):
            order = headings
            continue
        rows.append(TextRow(number, **{name: cell for name, cell in zip(order, cells, strict=False) if name}))
        if len(rows) > MOST_ROWS:
            raise Unreadable(N_("The list has more than %(most)s rows."), field="file", most=MOST_ROWS)
    if not rows:
        raise Unreadable(N_("There is no row with a SKU code."), field="file")
    return rows


def _plain(lines: list[str]) -> Iterable[str]:
    """One line is one row: a quotation mark that nobody closes must not swallow the rest of the list."""
    return (line if line.count('"') % 2 == 0 else line.replace('"', "") for line in lines)


def _separator(first: str) -> str:
    return max(SEPARATORS, key=first.count) if any(sign in first for sign in SEPARATORS) else "\t"


def _cell(text: str) -> str:
    text = text.strip()
    return (text[1:] if SHIELDED.match(text) else text)[:LONGEST_CELL]


def _headings(cells: list[str]) -> tuple[str, ...] | None:
    """Return the columns that a line of headings names ("" = not ours); None if it is no such line."""
    named = tuple(COLUMN_OF.get(re.sub(r"[\s_]", "", cell.lower()), "") for cell in cells)
    if "code" in named:
        return named
    if sum(map(bool, named)) > 1:
        raise Unreadable(N_("No column is headed “SKU”."), field="file")
    return None
