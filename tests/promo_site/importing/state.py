"""What an import leaves behind, without primary keys: two runs are compared by it."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from promo_site.importing.run import Outcome, import_orders

NOW = datetime(2020, 1, 1, tzinfo=UTC)
CONTENT = {
    "skus": "SELECT s.code, s.list_cents, p.name FROM pricing_sku s JOIN pricing_product p ON p.id = s.product_id",
    "customers": "SELECT code, region, registered_at, orders_placed, first_paid_at FROM campaigns_customer",
    "orders": "SELECT number, key, list_cents, total_cents, refunded_cents, placed_at FROM storefront_order",
    "lines": """
        SELECT o.number, l.position, s.code, l.name, l.quantity, l.list_cents, l.net_cents, l.returned,
               l.refunded_cents
        FROM storefront_orderline l JOIN storefront_order o ON o.id = l.order_id
        JOIN pricing_sku s ON s.id = l.sku_id
    """,
    "refunds": """
        SELECT o.number, r.request_key, r.state, r.amount_cents, r.decided_at, l.position, b.units, b.amount_cents
        FROM storefront_refund r JOIN storefront_order o ON o.id = r.order_id
        JOIN storefront_refundline b ON b.refund_id = r.id
        JOIN storefront_orderline l ON l.id = b.order_line_id
    """,
    "payments": "SELECT kind, amount_cents, provider, reference, at FROM storefront_paymententry",
}


def content() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, question in CONTENT.items():
            cursor.execute(f"SELECT * FROM ({question}) rows ORDER BY rows::text")
            found[name] = cursor.fetchall()
    return found


def imported(path: Path, **options: object) -> Outcome:
    return import_orders(path, report=path.with_name("rejected.csv"), at=NOW, **options)


def rejected(path: Path) -> list[tuple[str, str]]:
    """(line, reason) of each refused row in the report beside the file."""
    with path.with_name("rejected.csv").open(encoding="utf-8-sig", newline="") as source:
        return [(row["Line"], row["Reason"]) for row in csv.DictReader(source)]
