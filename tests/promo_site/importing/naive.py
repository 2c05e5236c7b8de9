"""The import told again in the plainest way: one pass in memory, no database. What both agree on is probably right."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

PRODUCT = re.compile(r"[0-9]{5}[A-Z]*|DCGS.*|PADS")


@dataclass
class Expected:
    refused: Counter = field(default_factory=Counter)
    orders: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lines: list[dict] = field(default_factory=list)
    refunds: Counter = field(default_factory=Counter)

    def take(self, row: dict[str, str]) -> None:
        if reason := self._unsound(row):
            self.refused[reason] += 1
        elif row["InvoiceNo"].startswith("C"):
            self._cancel(row)
        else:
            cents = int(Decimal(row["UnitPrice"]) * 100)
            units = int(row["Quantity"])
            self.orders[row["InvoiceNo"]] += units * cents
            self.lines.append({"row": row, "cents": cents, "left": units, "place": len(self.lines)})

    def _unsound(self, row: dict[str, str]) -> str | None:
        price, units = Decimal(row["UnitPrice"]), int(row["Quantity"])
        if not PRODUCT.fullmatch(row["StockCode"].upper()):
            return "service_code"
        if price * 100 % 1:
            return "sub_cent_price"
        if price == 0:
            return "write_off" if units < 0 else "no_price"
        if row["InvoiceNo"].startswith("C") and not row["CustomerID"]:
            return "cancellation_without_customer"
        return None

    def _cancel(self, row: dict[str, str]) -> None:
        same = [line for line in self.lines if line["left"] and _identity(line["row"]) == _identity(row)]
        same.sort(key=lambda line: (line["row"]["InvoiceDate"], line["row"]["InvoiceNo"], line["place"]), reverse=True)
        units = -int(row["Quantity"])
        if sum(line["left"] for line in same) < units:
            self.refused["no_purchase"] += 1
            return
        for line in [line for line in same if line["left"] >= units][:1] or same:
            part = min(units, line["left"])
            line["left"] -= part
            units -= part
            if part:
                self.refunds[row["InvoiceNo"], line["row"]["InvoiceNo"]] += part * line["cents"]


def _identity(row: dict[str, str]) -> tuple[object, ...]:
    return (row["CustomerID"], row["StockCode"].upper(), Decimal(row["UnitPrice"]))


def expected_of(rows: Iterable[str]) -> Expected:
    """Rows must stand in the order of time, cancellations behind what they cancel."""
    expected = Expected()
    for row in csv.DictReader(rows):
        expected.take(row)
    return expected
