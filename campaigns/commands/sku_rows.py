"""Write SKU rows of a revision in a few statements, however many they are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection

from campaigns.models import SkuRow

AT_ONCE = 10_000
LONG_LIST = 1_000  # from so many rows on, a plan made for a few of them takes seconds
COLUMNS = ("sku_id", "excluded", "price_cents", "stock_units", "limit_units")

INSERT = """
INSERT INTO {table} (revision_id, sku_id, excluded, price_cents, stock_units, limit_units)
SELECT %s, * FROM unnest(%s::bigint[], %s::bool[], %s::bigint[], %s::int[], %s::int[])
"""


def insert_sku_rows(
    model: type[SkuRow],
    revision_id: int,
    rows: Iterable[tuple[Any, ...]],
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Insert rows of COLUMNS. The database refuses a SKU that is named twice, and unknown ones (IntegrityError)."""
    rows = list(rows)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = INSERT.format(table=table)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            cursor.execute(statement, [revision_id, *map(list, zip(*some, strict=True))])
            progress(start + len(some))
        if len(rows) >= LONG_LIST:
            # The next page asks for all of them, and compares them with those of the version before.
            cursor.execute(f"ANALYZE {table}")


def as_columns(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a row of named columns in the order of COLUMNS; what is not named is empty."""
    sku_id = row["sku"].pk if "sku" in row else row["sku_id"]
    return (sku_id, row.get("excluded", False), *(row.get(name) for name in COLUMNS[2:]))
