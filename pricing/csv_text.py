"""Any table as CSV: streamed line by line, and harmless when a spreadsheet opens it."""

import csv
import re
from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for a formula, in both widths, also behind blanks.
FORMULA = re.compile(r"[\s\x00-\x20]*[=+\-@＝＋－＠|%]|[\t\r\n\x00]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Echo:
    """A file that hands every line straight back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Return the lines of the file, header and byte order mark first; no more than one row is held."""
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK + writer.writerow(list(header))
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: object) -> str:
    """Return the text of one cell: empty for None, a number as it is, and no text that could be a formula."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and FORMULA.match(text) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def without_shield(text: str) -> str:
    """Return what `cell` has made harmless as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def amount(cents: int) -> str:
    """Return an amount as a number with two decimals, such as -12.50: no separators, no currency."""
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{fraction:02d}"
