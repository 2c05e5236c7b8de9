"""The file in temporary tables of one connection: sound rows, refused rows, invoices. They end with the connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from psycopg import Copy

from promo_site.importing.reading import Record, Source
from promo_site.importing.reasons import RowRefused
from promo_site.importing.rows import row_of

# Between the cells of a row kept for the report: no cell can hold it once `_plain` has cleaned it.
BETWEEN_CELLS = "\x1f"
LONGEST_CELL = 500
REPORT_EVERY = 2_000

TABLES = """
    DROP TABLE IF EXISTS import_row, import_refused, import_invoice;
    CREATE TEMPORARY TABLE import_row (
        line integer NOT NULL, cancels boolean NOT NULL, invoice text NOT NULL, key uuid NOT NULL, sku text NOT NULL,
        name text, units integer NOT NULL, at timestamptz NOT NULL, day date NOT NULL, price_cents bigint NOT NULL,
        customer text, region text NOT NULL, cells text NOT NULL
    );
    CREATE TEMPORARY TABLE import_refused (line integer NOT NULL, reason text NOT NULL, cells text NOT NULL);
"""
SOUND = "COPY import_row FROM STDIN"
REFUSED = "COPY import_refused FROM STDIN"


@contextmanager
def staging_tables() -> Iterator[None]:
    """Make the temporary tables, and drop them at the end so that a kept connection starts clean."""
    run(TABLES)
    try:
        yield
    finally:
        run("DROP TABLE IF EXISTS import_row, import_refused, import_invoice")


def stage(source: Source, *, zone: ZoneInfo, now: datetime, tell: Callable[[int], None]) -> int:
    """Copy every row of the file to the temporary tables; return how many rows it has. `tell` gets the bytes read."""
    refused: list[tuple[int, str, str]] = []
    rows = 0
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(SOUND) as copy:
            for record in source.records():
                rows += 1
                if reason := _take(record, copy, zone=zone, now=now):
                    refused.append((record.line, reason, _plain(record.cells)))
                if rows % REPORT_EVERY == 0:
                    tell(source.bytes_read)
        with cursor.copy(REFUSED) as copy:
            for row in refused:
                copy.write_row(row)
    tell(source.bytes_read)
    run("ANALYZE import_row")
    return rows


def _take(record: Record, copy: Copy, *, zone: ZoneInfo, now: datetime) -> str | None:
    if record.trouble:
        return record.trouble
    try:
        row = row_of(record.cells, zone=zone, now=now)
    except RowRefused as refused:
        return refused.reason
    copy.write_row((record.line, *row, _plain(record.cells)))
    return None


def _plain(cells: list[str]) -> str:
    """Return the cells as one text that the database can hold, shortened where they are huge."""
    short = [cell[:LONGEST_CELL] for cell in cells[:20]]
    text = BETWEEN_CELLS.join(cell.replace(BETWEEN_CELLS, " ").replace("\0", " ") for cell in short)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def refuse(where: str, reason: str) -> int:
    """Move the staged rows for which an SQL condition on import_row (as r) holds to the refused ones."""
    return run(
        f"WITH gone AS (DELETE FROM import_row r USING import_invoice i WHERE i.invoice = r.invoice AND ({where}) "
        "RETURNING r.line, r.cells) INSERT INTO import_refused SELECT line, %(reason)s, cells FROM gone",
        {"reason": reason},
    )


def refuse_lines(lines: list[int], reason: str) -> None:
    """Move staged rows, named by their line numbers, to the refused ones."""
    run(
        "WITH gone AS (DELETE FROM import_row WHERE line = ANY(%(lines)s) RETURNING line, cells) "
        "INSERT INTO import_refused SELECT line, %(reason)s, cells FROM gone",
        {"lines": lines, "reason": reason},
    )


def run(sql: str, figures: dict[str, Any] | None = None) -> int:
    """Run one statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, figures)
        return cursor.rowcount


def ask(sql: str, figures: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one question; return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, figures)
        return cursor.fetchall()
