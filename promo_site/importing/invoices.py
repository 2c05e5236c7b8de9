"""Rows to invoices: the first sound row says who and when, and what disagrees with it is refused."""

from promo_site.importing.staging import ask, refuse, run

MOST_ROWS = 2_000

INVOICES = """
    CREATE TEMPORARY TABLE import_invoice AS
    SELECT first.*, false AS known, 0 AS batch FROM (
        SELECT DISTINCT ON (invoice) invoice, key, cancels, customer, region, at, day, line
        FROM import_row ORDER BY invoice, line
    ) first;
    ALTER TABLE import_invoice ADD PRIMARY KEY (invoice);
    ANALYZE import_invoice;
"""
# In the database every row of a known invoice is a line, in the same number and for the same amount.
KNOWN = """
    UPDATE import_invoice i SET known = true
    FROM (
        SELECT o.key, count(*) AS rows, sum(l.quantity * l.list_cents) AS cents, sum(l.quantity) AS units
        FROM storefront_order o JOIN storefront_orderline l ON l.order_id = o.id
        WHERE o.key IN (SELECT key FROM import_invoice WHERE NOT cancels) GROUP BY o.key
    ) there, (
        SELECT invoice, count(*) AS rows, sum(units * price_cents) AS cents, sum(units) AS units
        FROM import_row GROUP BY invoice
    ) here
    WHERE there.key = i.key AND here.invoice = i.invoice AND NOT i.cancels
      AND (there.rows, there.cents, there.units) = (here.rows, here.cents, here.units)
"""
CHANGED = """
    NOT i.cancels AND NOT i.known AND EXISTS (SELECT FROM storefront_order o WHERE o.key = i.key)
"""
BATCHES = """
    UPDATE import_invoice i SET batch = numbered.batch
    FROM (
        SELECT invoice, 1 + (row_number() OVER (PARTITION BY cancels ORDER BY at, line) - 1) / %(size)s AS batch
        FROM import_invoice WHERE NOT known
    ) numbered
    WHERE numbered.invoice = i.invoice;
    CREATE INDEX ON import_invoice (batch);
    CREATE INDEX ON import_row (invoice);
    ANALYZE import_invoice;
"""


def settle_invoices() -> None:
    """Gather the staged rows to invoices and refuse the rows that do not fit theirs."""
    run(INVOICES)
    refuse("r.customer IS DISTINCT FROM i.customer", "invoice_customer")
    refuse("r.day <> i.day", "invoice_day")
    refuse(
        "r.line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY invoice ORDER BY line) AS place "
        f"FROM import_row) placed WHERE place > {MOST_ROWS})",
        "invoice_too_long",
    )
    run(KNOWN)
    refuse(CHANGED, "invoice_changed")
    run("DELETE FROM import_invoice i WHERE NOT EXISTS (SELECT FROM import_row r WHERE r.invoice = i.invoice)")


def number_batches(*, size: int) -> None:
    """Give invoices that are not in the database yet, in the order of time, the numbers of their batches from 1."""
    run(BATCHES, {"size": size})


def batches(*, cancels: bool) -> list[tuple[int, int]]:
    """Return (number of the batch, its invoices) for orders or for cancellations."""
    return ask(
        "SELECT batch, count(*) FROM import_invoice WHERE cancels = %(cancels)s AND batch > 0 "
        "GROUP BY batch ORDER BY batch",
        {"cancels": cancels},
    )
