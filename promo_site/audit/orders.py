"""Orders against their lines, lines against their discount shares."""

from promo_site.audit.check import Check

ORDER_TOTALS = Check(
    "order_totals",
    "the totals of an order are the sums of its lines and shipping",
    """
    SELECT 'order ' || o.number || ' ' || figure.name AS what, figure.expected, figure.found
    FROM storefront_order o
    LEFT JOIN (
        SELECT order_id, sum(list_cents * quantity) AS list_cents, sum(list_cents * quantity - net_cents) AS off_cents
        FROM storefront_orderline GROUP BY order_id
    ) line ON line.order_id = o.id
    LEFT JOIN (
        SELECT order_id, sum(fee_cents) AS fee_cents, sum(fee_cents - net_cents) AS off_cents
        FROM storefront_ordershipping GROUP BY order_id
    ) shipping ON shipping.order_id = o.id
    CROSS JOIN LATERAL (VALUES
        ('list_cents', COALESCE(line.list_cents, 0), o.list_cents),
        ('discount_cents', COALESCE(line.off_cents, 0), o.discount_cents),
        ('shipping_fee_cents', COALESCE(shipping.fee_cents, 0), o.shipping_fee_cents),
        ('shipping_discount_cents', COALESCE(shipping.off_cents, 0), o.shipping_discount_cents)
    ) figure (name, expected, found)
    """,
)

LINE_SHARES = Check(
    "line_shares",
    "net is list price minus the discount shares, on every line and every shipping fee",
    """
    SELECT 'order line ' || l.id || ' net_cents' AS what,
           l.list_cents * l.quantity - COALESCE(share.cents, 0) AS expected, l.net_cents AS found
    FROM storefront_orderline l
    LEFT JOIN (
        SELECT order_line_id, sum(amount_cents) AS cents FROM storefront_discountshare
        WHERE order_line_id IS NOT NULL AND refund_id IS NULL GROUP BY order_line_id
    ) share ON share.order_line_id = l.id
    UNION ALL
    SELECT 'order shipping ' || s.id || ' net_cents', s.fee_cents - COALESCE(share.cents, 0), s.net_cents
    FROM storefront_ordershipping s
    LEFT JOIN (
        SELECT order_shipping_id, sum(amount_cents) AS cents FROM storefront_discountshare
        WHERE order_shipping_id IS NOT NULL GROUP BY order_shipping_id
    ) share ON share.order_shipping_id = s.id
    """,
)

PAYMENTS = Check(
    "payments",
    "a paid order has received its total, no other order has received anything, strays were sent back",
    """
    SELECT 'order ' || o.number || ' ' || figure.name AS what, figure.expected, figure.found
    FROM storefront_order o
    LEFT JOIN (
        SELECT order_id, sum(amount_cents) FILTER (WHERE kind = 'payment') AS paid,
               sum(amount_cents) FILTER (WHERE kind IN ('stray', 'sent_back')) AS astray
        FROM storefront_paymententry GROUP BY order_id
    ) entry ON entry.order_id = o.id
    CROSS JOIN LATERAL (VALUES
        ('payments', CASE o.state WHEN 'paid' THEN o.total_cents ELSE 0 END, COALESCE(entry.paid, 0)),
        ('strays', 0, COALESCE(entry.astray, 0))
    ) figure (name, expected, found)
    """,
)

CUSTOMER_ORDERS = Check(
    "customer_orders",
    "a customer has placed at least the orders that are there and not cancelled",
    """
    SELECT 'customer ' || c.code || ' orders_placed' AS what,
           GREATEST(c.orders_placed, COALESCE(bought.orders, 0)) AS expected, c.orders_placed AS found
    FROM campaigns_customer c
    LEFT JOIN (
        SELECT customer_id, count(*) AS orders FROM storefront_order WHERE state <> 'cancelled' GROUP BY customer_id
    ) bought ON bought.customer_id = c.id
    """,
)

CHECKS = (ORDER_TOTALS, LINE_SHARES, PAYMENTS, CUSTOMER_ORDERS)
