"""From bytes to rows of cells. One broken row costs that row, not the rest of the file."""

import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
MOST_BYTES = 64 * 1024
MOST_LINES_OF_A_ROW = 20


class WrongFile(Refusal):
    """The file as a whole cannot be read; nothing was changed."""


class Record(NamedTuple):
    """One row: the number of its first line, its cells in the order of COLUMNS, or why it cannot be read."""

    line: int
    cells: list[str]
    trouble: str | None = None


@dataclass(slots=True)
class Source:
    """An open file: its rows, and how many bytes of it have been read."""

    name: str
    raw: BinaryIO
    text: BinaryIO
    line: int = 0
    waiting: deque[tuple[int, str]] = field(default_factory=deque)

    @property
    def bytes_read(self) -> int:
        return self.raw.tell()

    def records(self) -> Iterator[Record]:
        """Return every row below the header. Raises WrongFile for a missing column or an unreadable file."""
        try:
            places, width = _places(next(self._rows(), Record(1, [])).cells)
            for record in self._rows():
                if record.trouble:
                    yield record
                elif len(record.cells) != width:
                    yield Record(record.line, record.cells, "cells")
                else:
                    yield Record(record.line, [record.cells[place] for place in places])
        except (OSError, EOFError, zlib.error) as error:
            raise WrongFile(N_("%(name)s cannot be read: %(error)s"), name=self.name, error=str(error)) from error

    def _rows(self) -> Iterator[Record]:
        while (taken := self._next_line()) is not None:
            number, line = taken
            if len(line) > MOST_BYTES:
                yield Record(number, [line[:200]], "too_long")
            elif line.strip():
                yield self._row(number, line)

    def _row(self, number: int, line: str) -> Record:
        more: list[tuple[int, str]] = []
        text = [line]
        while len(text) <= MOST_LINES_OF_A_ROW:
            try:
                return _checked(number, next(csv.reader(text, strict=True)))
            except csv.Error as error:
                following = self._next_line() if "unexpected end" in str(error) else None
                if following is None:
                    break
                more.append(following)
                text.append(following[1])
        # The quotation mark never closes: the lines that were tried with it are rows of their own.
        self.waiting.extendleft(reversed(more))
        return Record(number, [line.strip()], "malformed")

    def _next_line(self) -> tuple[int, str] | None:
        if self.waiting:
            return self.waiting.popleft()
        found = self.text.readline(MOST_BYTES + 1)
        if not found:
            return None
        self.line += 1
        end = found
        while len(end) > MOST_BYTES and not end.endswith(b"\n"):
            end = self.text.readline(MOST_BYTES + 1)
        return self.line, found.decode("utf-8", "surrogateescape")


def _checked(number: int, cells: list[str]) -> Record:
    if all(cell.isascii() for cell in cells):
        return Record(number, cells)
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return Record(number, cells, "not_utf8")
    return Record(number, cells)


def _places(header: list[str]) -> tuple[list[int], int]:
    names = [cell.strip().removeprefix("\ufeff").strip().lower() for cell in header]
    missing = [column for column in COLUMNS if column.lower() not in names]
    if missing:
        raise WrongFile(
            N_("The first line must name the columns, separated by commas. Missing: %(columns)s."),
            columns=", ".join(missing),
        )
    twice = [column for column in COLUMNS if names.count(column.lower()) > 1]
    if twice:
        raise WrongFile(N_("The first line names a column twice: %(columns)s."), columns=", ".join(twice))
    return [names.index(column.lower()) for column in COLUMNS], len(names)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a .csv or .csv.gz file. Raises WrongFile where there is none."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise WrongFile(
            N_("%(name)s cannot be opened: %(error)s"), name=str(path), error=error.strerror or str(error)
        ) from error
    with raw:
        text = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        yield Source(path.name, raw, text)
