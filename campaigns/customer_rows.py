"""Customer numbers from a file or a paste, one in a row, with what stands beside them; every wrong row is named."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext

from campaigns.spreadsheet_cells import plain_cell

MOST_ROWS = 500_000
MOST_BYTES = 32_000_000
LONGEST_CELL = 64
# What people write above a column of customer numbers; such a first row is no customer.
HEADINGS = frozenset(
    {
        *("customer", "customer number", "customer_number", "customer code", "customer no.", "code"),
        *("顾客编号", "顾客号", "客户编号", "客户号", "会员编号", "会员号", "编号"),
    }
)


class Row(NamedTuple):
    """A row of a file: where it stands, the customer's number, and the other cells."""

    line: int
    customer: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one row, in the reader's language."""

    line: int
    cell: str
    text: str
    others: tuple[str, ...] = ()  # what stands beside it, as typed


class WrongFile(ValueError):
    """The file as a whole cannot be read; the message is for the reader."""


def text_of(content: bytes) -> str:
    """Return a file's text; spreadsheets save UTF-8 or, in China, GB 18030. Raises WrongFile."""
    if len(content) > MOST_BYTES:
        raise WrongFile(gettext("The file is larger than 32 MB: split it."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongFile(gettext("This is no text file: save the table as CSV (UTF-8)."))


def read_rows(text: str) -> list[Row]:
    """Return the rows that are not empty, without headings. Raises WrongFile."""
    found = table_rows(text)
    if found and found[0].customer.lower() in HEADINGS:
        del found[0]
    if len(found) > MOST_ROWS:
        raise WrongFile(gettext("More than %(most)s rows: split the file.") % {"most": MOST_ROWS})
    return found


def table_rows(text: str) -> list[Row]:
    """Return the rows that are not empty, headings too; commas, semicolons or tabs part cells. Raises WrongFile."""
    begin = text[:4_000]
    sign = next((sign for sign in "\t;," if sign in begin), ",")
    found = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text.replace("，", ",")), delimiter=sign), start=1):
            stripped = [plain_cell(cell) for cell in cells]
            if any(stripped):
                found.append(Row(number, stripped[0], tuple(stripped[1:])))
    except csv.Error:
        raise WrongFile(gettext("This is no text file: save the table as CSV (UTF-8).")) from None
    return found


def customers_named(codes: Iterable[str]) -> dict[str, int]:
    """Return the primary keys of the customers with these numbers. One query."""
    with connection.cursor() as cursor:
        usable = [code for code in set(codes) if "\0" not in code]
        cursor.execute("SELECT code, id FROM campaigns_customer WHERE code = ANY(%s)", [usable])
        return dict(cursor.fetchall())


def complaints_about(rows: Sequence[Row], known: dict[str, int], *, most_cells: int) -> list[Complaint]:
    """Return what is wrong, row by row: no number, an unknown one, more cells than are meant."""
    found = []
    for row in rows:
        if not row.customer:
            found.append(Complaint(row.line, "", gettext("The customer number is missing.")))
        elif row.customer not in known:
            found.append(Complaint(row.line, row.customer[:LONGEST_CELL], gettext("No customer has this number.")))
        elif len([cell for cell in row.others if cell]) >= most_cells:
            text = gettext("The row has more columns than are meant.")
            found.append(Complaint(row.line, row.customer[:LONGEST_CELL], text))
    return found
