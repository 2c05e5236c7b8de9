"""A file or pasted text -> rows of text. Tab, comma or semicolon; UTF-8 or GBK; with headings or without."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from campaigns.spreadsheet_cells import plain_cell
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.wording import narrowed

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
# What our own files say besides; nobody expects it to be read.
BESIDE = (
    *("listprice", "pricefloor", "cost", "product", "line", "problem"),
    *("原价", "底价", "成本", "商品", "行", "问题"),
)
FIGURES = ("price", "stock", "limit")
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
# A line for the spreadsheet alone: which sign stands between the cells.
SEPARATOR_LINE = re.compile(r"sep=.\s*", re.IGNORECASE)
# A price or a count, as people type them: ¥1,299.00, 50元, 3 件.
FIGURE = re.compile(r"[¥￥$]?\s*[+\-]?\d[\d\s,.]*\s*(元|件|个|%)?")
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
    order, rows = tuple(columns), []
    for number, cells in _table(text):
        if not rows and (headings := _headings(cells)):
            order = headings
            continue
        said = {name: cell for name, cell in zip(order, cells, strict=False) if name}
        rows.append(TextRow(number, **said | {name: narrowed(said[name]) for name in FIGURES if name in said}))
        if len(rows) > MOST_ROWS:
            raise Unreadable(N_("The list has more than %(most)s rows."), field="file", most=MOST_ROWS)
    if not rows:
        raise Unreadable(N_("There is no row with a SKU code."), field="file")
    return rows


def columns_passed_over(text: str) -> list[str]:
    """Return the headings of columns that `rows_in` does not read, such as a misspelt one."""
    _number, first = next(_table(text), (0, []))
    if "code" not in map(_column, first):
        return []
    return [cell for cell in first if cell and not _column(cell) and _bare(cell) not in BESIDE]


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not empty. Raises Unreadable for what is no text."""
    if "\0" in text:
        raise Unreadable(N_("This is no text in UTF-8 or GBK. Save the table as CSV."), field="file")
    lines = text.lstrip("\ufeff").splitlines()
    if lines and SEPARATOR_LINE.fullmatch(lines[0]):
        lines[0] = ""
    separator = _separator(next((line for line in lines if line.strip()), ""))
    for number, cells in enumerate(csv.reader(_plain(lines), delimiter=separator), start=1):
        cells = [_cell(cell) for cell in cells]
        if any(cells):
            yield number, cells


def _plain(lines: list[str]) -> Iterable[str]:
    """One line is one row: a quotation mark that nobody closes must not swallow the rest of the list."""
    return (line if line.count('"') % 2 == 0 else line.replace('"', "") for line in lines)


def _separator(first: str) -> str:
    return max(SEPARATORS, key=first.count) if any(sign in first for sign in SEPARATORS) else "\t"


def _cell(text: str) -> str:
    text = plain_cell(text)
    return (text[1:] if SHIELDED.match(text) else text)[:LONGEST_CELL]


def _headings(cells: list[str]) -> tuple[str, ...] | None:
    """Return the columns that a line of headings names ("" = not ours); None if it is no such line."""
    named = tuple(map(_column, cells))
    if twice := [cell for cell, name in zip(cells, named, strict=True) if name and named.count(name) > 1]:
        raise Unreadable(
            N_("These columns say the same: %(headings)s. Leave one of them in."),
            field="file",
            headings=", ".join(twice),
        )
    if "code" in named:
        return named
    # A SKU may be called like a heading; but a line of headings has no figures.
    if any(named) and not any(map(_is_figure, cells[1:])):
        raise Unreadable(
            N_("No column is headed “SKU”. The first line says: %(headings)s."), field="file", headings=", ".join(cells)
        )
    return None


def _is_figure(cell: str) -> bool:
    return bool(FIGURE.fullmatch(narrowed(cell)))


def _column(heading: str) -> str:
    return COLUMN_OF.get(_bare(heading), "")


def _bare(heading: str) -> str:
    return re.sub(r"[\s_]", "", heading.lower())
