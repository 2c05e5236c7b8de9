"""Cancellations to refunds: approved, of the same day, with their payment entries. One batch, one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from pricing.transactions import command, locking
from promo_site.importing.catalogue import CUSTOMER_PREFIX
from promo_site.importing.matching import Purchase, match
from promo_site.importing.orders import PROVIDER
from promo_site.importing.staging import ask, refuse_lines, run
from storefront.lifecycle import RefundState
from storefront.models import EntryKind, PaymentEntry, Refund, RefundLine

ROWS = f"""
    SELECT r.line, i.invoice, i.key, i.at, c.id, s.id, r.price_cents, r.units
    FROM import_invoice i
    JOIN import_row r ON r.invoice = i.invoice
    LEFT JOIN campaigns_customer c ON c.code = '{CUSTOMER_PREFIX}' || i.customer
    LEFT JOIN pricing_sku s ON s.code = r.sku
    WHERE i.cancels AND i.batch = %(batch)s
    ORDER BY i.at, i.line, r.line
"""
ORDERS_OF = """
    FROM unnest(%(customers)s::bigint[], %(skus)s::bigint[], %(prices)s::bigint[]) AS w (customer, sku, cents)
    JOIN storefront_order o ON o.customer_id = w.customer AND o.source = 'import' AND o.state = 'paid'
    JOIN storefront_orderline l ON l.order_id = o.id AND l.sku_id = w.sku AND l.list_cents = w.cents
"""
LOCK_ORDERS = f"""
    SELECT FROM storefront_order WHERE id IN (SELECT o.id {ORDERS_OF}) ORDER BY id FOR UPDATE
"""
PURCHASES = f"""
    SELECT w.customer, w.sku, w.cents, l.id, o.id, o.placed_at, o.number, l.position, l.quantity - l.returned
    {ORDERS_OF}
"""
# What an earlier run has refunded for these invoices, by SKU and price.
REFUNDED = """
    SELECT f.request_key, l.sku_id, l.list_cents, sum(fl.units)
    FROM storefront_refund f
    JOIN storefront_refundline fl ON fl.refund_id = f.id
    JOIN storefront_orderline l ON l.id = fl.order_line_id
    WHERE f.request_key = ANY(%(keys)s)
    GROUP BY f.request_key, l.sku_id, l.list_cents
"""
RETURN_LINES = """
    UPDATE storefront_orderline l
    SET returned = returned + back.units, refunded_cents = refunded_cents + back.cents
    FROM unnest(%(lines)s::bigint[], %(units)s::integer[], %(cents)s::bigint[]) AS back (line, units, cents)
    WHERE l.id = back.line
"""
REFUND_ORDERS = """
    UPDATE storefront_order o SET refunded_cents = refunded_cents + back.cents
    FROM unnest(%(orders)s::bigint[], %(cents)s::bigint[]) AS back (id, cents)
    WHERE o.id = back.id
"""


class Cancelled(NamedTuple):
    """One row of a cancellation; customer or SKU are None where nothing was ever bought."""

    line: int
    invoice: str
    key: UUID
    at: datetime
    customer: int | None
    sku: int | None
    cents: int
    units: int


@command
def write_refunds(*, batch: int) -> int:
    """Refund one batch of cancellations and refuse the rows without purchase; return how many refunds are new."""
    rows = [Cancelled(*row) for row in ask(ROWS, {"batch": batch})]
    refunded = _refunded(rows)
    purchases = _purchases(rows)
    refused: list[int] = []
    taken: list[tuple[Cancelled, Purchase, int]] = []
    for row in rows:
        if row.key in refunded:
            credit = refunded[row.key]
            if credit[row.sku, row.cents] < row.units:
                refused.append(row.line)
            else:
                credit[row.sku, row.cents] -= row.units
            continue
        found = match(purchases[row.customer, row.sku, row.cents], units=row.units, at=row.at)
        taken.extend((row, purchase, units) for purchase, units in found)
        if not found:
            refused.append(row.line)
    refuse_lines(refused, "no_purchase")
    return _write(taken)


def _refunded(rows: list[Cancelled]) -> dict[UUID, Counter[tuple[int | None, int]]]:
    found: dict[UUID, Counter[tuple[int | None, int]]] = defaultdict(Counter)
    for key, sku, cents, units in ask(REFUNDED, {"keys": list({row.key for row in rows})}):
        found[key][sku, cents] = units
    return dict(found)


def _purchases(rows: list[Cancelled]) -> dict[tuple[int | None, int | None, int], list[Purchase]]:
    wanted = sorted({(row.customer, row.sku, row.cents) for row in rows if row.customer and row.sku})
    customers, skus, prices = zip(*wanted, strict=True) if wanted else ((), (), ())
    figures = {"customers": list(customers), "skus": list(skus), "prices": list(prices)}
    locking("order")
    ask(LOCK_ORDERS, figures)
    found = defaultdict(list)
    for customer, sku, cents, line, order, at, number, position, left in ask(PURCHASES, figures):
        found[customer, sku, cents].append(Purchase(line, order, at, (number, position), cents, left))
    return found


def _write(taken: list[tuple[Cancelled, Purchase, int]]) -> int:
    """Write one refund per cancellation and order, with a line per order line."""
    taken.sort(key=lambda one: (one[0].at, one[0].invoice, one[1].order, one[1].line))
    refunds, lines, entries = [], [], []
    for (invoice, _), group in groupby(taken, key=lambda one: (one[0].invoice, one[1].order)):
        parts = list(group)
        refund = _refund(parts)
        refunds.append(refund)
        entries.append(_entry(refund, reference=f"{invoice}/{parts[0][1].place[0]}"))
        lines.extend(_lines(refund, parts))
    Refund.objects.bulk_create(refunds)
    RefundLine.objects.bulk_create(lines)
    PaymentEntry.objects.bulk_create(entries)
    _count(lines, refunds)
    return len(refunds)


def _refund(parts: list[tuple[Cancelled, Purchase, int]]) -> Refund:
    row, purchase, _ = parts[0]
    cents = sum(units * bought.list_cents for _, bought, units in parts)
    return Refund(
        order_id=purchase.order,
        request_key=row.key,
        state=RefundState.APPROVED,
        reason=f"Cancellation {row.invoice}",
        goods_cents=cents,
        amount_cents=cents,
        shown_cents=cents,
        requested_at=row.at,
        decided_at=row.at,
    )


def _lines(refund: Refund, parts: list[tuple[Cancelled, Purchase, int]]) -> Iterable[RefundLine]:
    for line, group in groupby(parts, key=lambda one: one[1].line):
        same = list(group)
        units = sum(part for _, _, part in same)
        amount_cents = units * same[0][1].list_cents
        yield RefundLine(refund=refund, order_line_id=line, units=units, amount_cents=amount_cents)


def _entry(refund: Refund, *, reference: str) -> PaymentEntry:
    return PaymentEntry(
        order_id=refund.order_id,
        kind=EntryKind.REFUND,
        amount_cents=-refund.amount_cents,
        provider=PROVIDER,
        reference=reference,
        refund=refund,
        at=refund.decided_at,
    )


def _count(lines: list[RefundLine], refunds: list[Refund]) -> None:
    """Bring the balances of orders and lines up to date, each row once."""
    units: Counter[int] = Counter()
    line_cents: Counter[int] = Counter()
    order_cents: Counter[int] = Counter()
    for line in lines:
        units[line.order_line_id] += line.units
        line_cents[line.order_line_id] += line.amount_cents
    for refund in refunds:
        order_cents[refund.order_id] += refund.amount_cents
    run(
        RETURN_LINES,
        {"lines": list(units), "units": list(units.values()), "cents": [line_cents[line] for line in units]},
    )
    run(REFUND_ORDERS, {"orders": list(order_cents), "cents": list(order_cents.values())})
