"""Invoices to paid orders, one batch in one transaction, by statements over whole sets."""

from django.conf import settings

from pricing.transactions import command, locking
from promo_site.importing.catalogue import CUSTOMER_PREFIX
from promo_site.importing.staging import ask, run

NUMBER_PREFIX = "import-"
PROVIDER = "import"

LOCK_CUSTOMERS = f"""
    SELECT FROM campaigns_customer
    WHERE code IN (
        SELECT '{CUSTOMER_PREFIX}' || customer FROM import_invoice WHERE NOT cancels AND batch = %(batch)s
    )
    ORDER BY id FOR UPDATE
"""
ORDERS = f"""
    INSERT INTO storefront_order (
        number, key, customer_id, source, state, currency, channel, region, list_cents, discount_cents,
        shipping_fee_cents, shipping_discount_cents, total_cents, refunded_cents, placed_at, pay_by, paid_at,
        cancel_reason, fingerprint, request_hash, document, recipient
    )
    SELECT '{NUMBER_PREFIX}' || i.invoice, i.key, c.id, 'import', 'paid', %(currency)s, 'web', i.region, sums.cents, 0,
           0, 0, sums.cents, 0, i.at, i.at, i.at, '', '', '', '{{}}', '{{}}'
    FROM import_invoice i
    JOIN LATERAL (SELECT sum(units * price_cents) AS cents FROM import_row r WHERE r.invoice = i.invoice) sums ON true
    LEFT JOIN campaigns_customer c ON c.code = '{CUSTOMER_PREFIX}' || i.customer
    WHERE NOT i.cancels AND i.batch = %(batch)s
    ORDER BY i.at, i.line
"""
LINES = """
    INSERT INTO storefront_orderline (
        order_id, position, key, shop_id, sku_id, name, name_zh, quantity, list_cents, net_cents, returned,
        refunded_cents
    )
    SELECT o.id, row_number() OVER (PARTITION BY o.id ORDER BY r.line), 'row ' || r.line, p.shop_id, s.id,
           COALESCE(r.name, p.name), '', r.units, r.price_cents, r.units * r.price_cents, 0, 0
    FROM import_invoice i
    JOIN storefront_order o ON o.key = i.key
    JOIN import_row r ON r.invoice = i.invoice
    JOIN pricing_sku s ON s.code = r.sku
    JOIN pricing_product p ON p.id = s.product_id
    WHERE NOT i.cancels AND i.batch = %(batch)s
    ORDER BY o.id, r.line
"""
PAYMENTS = f"""
    INSERT INTO storefront_paymententry (order_id, kind, amount_cents, provider, reference, at)
    SELECT o.id, 'payment', o.total_cents, '{PROVIDER}', i.invoice, o.paid_at
    FROM import_invoice i JOIN storefront_order o ON o.key = i.key
    WHERE NOT i.cancels AND i.batch = %(batch)s ORDER BY o.id
"""
CUSTOMER_FACTS = f"""
    UPDATE campaigns_customer c
    SET orders_placed = orders_placed + bought.orders,
        first_paid_at = LEAST(first_paid_at, bought.first_at),
        registered_at = LEAST(registered_at, bought.first_at)
    FROM (
        SELECT '{CUSTOMER_PREFIX}' || customer AS code, count(*) AS orders, min(at) AS first_at
        FROM import_invoice WHERE NOT cancels AND batch = %(batch)s AND customer IS NOT NULL GROUP BY customer
    ) bought
    WHERE c.code = bought.code
"""


@command
def write_orders(*, batch: int) -> int:
    """Write one batch of orders with lines, payments and what follows for the customers; return how many."""
    figures = {"batch": batch, "currency": settings.CURRENCY}
    locking("customer")
    ask(LOCK_CUSTOMERS, figures)
    run(CUSTOMER_FACTS, figures)
    orders = run(ORDERS, figures)
    run(LINES, figures)
    run(PAYMENTS, figures)
    return orders
