"""Look at a table and, if every row is right and it is not only to be checked, write it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.table_imports.catalogue_table import Catalogue
from campaigns.table_imports.reading import Result, read_table
from campaigns.table_imports.stock_table import Counts, Receipts
from pricing.commands.on_hand import Act
from pricing.ledger import book_once
from pricing.models import StockRequest
from pricing.transactions import command

TABLES: dict[str, Any] = {"counts": Counts, "receipts": Receipts, "catalogue": Catalogue}
TITLES = {
    "counts": _("stock counts: what is in the house"),
    "receipts": _("receipts: what has come in"),
    "catalogue": _("catalogue: SKUs with product and prices"),
}

KEEPS_STOCK = "pricing.move_onhandstock"
NEEDS = {
    "counts": [KEEPS_STOCK],
    "receipts": [KEEPS_STOCK],
    "catalogue": [
        KEEPS_STOCK,
        "pricing.add_sku",
        "pricing.change_sku",
        "pricing.add_product",
        "pricing.change_product",
    ],
}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of every row. `is_written` only if no row is wrong and it was not only to be checked."""

    results: list[Result]
    is_written: bool

    @property
    def wrong(self) -> list[Result]:
        return [result for result in self.results if result.is_wrong]


def rows_in(kind: str, text: str) -> int:
    """Count the rows of a table. Raises WrongFile."""
    table = TABLES[kind]
    return len(read_table(text, needed=table.needed, known=table.known))


def import_table(kind: str, text: str, *, key: str, act: Act, only_check: bool) -> Report:
    """Return the report of a table; `key` names the import, which counts once. Raises WrongFile, WrongStock."""
    table = TABLES[kind]()
    rows = read_table(text, needed=table.needed, known=table.known)
    digest = hashlib.sha256(text.encode()).hexdigest()
    request = StockRequest(by=act.by, key=f"file:{key}", request_hash=digest, at=act.at)
    if not only_check and _is_written(request):
        # The shelf has changed since, so what would come of the rows now says nothing about what has come of them.
        return Report([Result(row.line, row.sku, gettext("written by an earlier run")) for row in rows], True)
    results, values = table.look_at(rows)
    is_written = not only_check and not any(result.is_wrong for result in results)
    if is_written:
        _write_once(table, values, request, act)
    return Report(results, is_written)


def _is_written(request: StockRequest) -> bool:
    """Tell whether this very table was written: by a worker that ended before it could say so."""
    same = StockRequest.objects.filter(by=request.by, key=request.key, request_hash=request.request_hash)
    return same.exists()


@command
def _write_once(table: Any, values: Any, request: StockRequest, act: Act) -> None:
    """A worker that begins anew must not count again: what was sold since the first time would come back."""
    if book_once(request):
        table.write(values, request.key, act)
