"""What campaigns have given: activity stock, personal limits and budgets against their ledgers and the orders."""

from django.conf import settings

from promo_site.audit.check import Check

# One row per order line and campaign that really lowered its price, with the units that the shopper has kept.
TAKEN = """
    SELECT DISTINCT r.campaign_id, r.id AS revision_id, o.id AS order_id, o.customer_id, o.placed_at, o.number,
           o.state, l.id AS line_id, l.sku_id, l.quantity,
           CASE o.state WHEN 'cancelled' THEN 0 ELSE l.quantity - l.returned END AS kept
    FROM storefront_discountshare s
    JOIN campaigns_campaignrevision r ON r.id = s.campaign_revision_id
    JOIN storefront_orderline l ON l.id = s.order_line_id
    JOIN storefront_order o ON o.id = l.order_id
    WHERE s.amount_cents > 0 AND s.refund_id IS NULL
"""

# The same for offers on shipping fees, which have no pieces: kept until the last unit of the shop has come back.
TAKEN_OF_FEES = """
    SELECT r.campaign_id, r.id AS revision_id, o.id AS order_id, o.customer_id, o.placed_at,
           0 AS kept, o.state <> 'cancelled' AND held.units > 0 AS is_kept
    FROM storefront_discountshare s
    JOIN campaigns_campaignrevision r ON r.id = s.campaign_revision_id
    JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
    JOIN storefront_order o ON o.id = f.order_id
    CROSS JOIN LATERAL (
        SELECT sum(l.quantity - l.returned) AS units FROM storefront_orderline l
        WHERE l.order_id = o.id AND l.shop_id = f.shop_id
    ) held
    WHERE s.amount_cents > 0
"""

# The same for gifts and rewards, which no piece gets cheaper by: the order counts until it is cancelled.
TAKEN_BESIDES = """
    SELECT r.campaign_id, r.id AS revision_id, o.id AS order_id, o.customer_id, o.placed_at,
           0 AS kept, o.state <> 'cancelled' AS is_kept
    FROM (
        SELECT order_id, campaign_revision_id FROM storefront_ordergift
        UNION SELECT order_id, campaign_revision_id FROM storefront_orderreward
    ) added
    JOIN campaigns_campaignrevision r ON r.id = added.campaign_revision_id
    JOIN storefront_order o ON o.id = added.order_id
"""

STOCK_USED = Check(
    "stock_used",
    "the units that the buckets of a campaign say are used are the sum of its stock entries",
    """
    SELECT 'campaign ' || COALESCE(bucket.campaign_id, entry.campaign_id)
           || COALESCE(' SKU ' || COALESCE(bucket.sku_id, entry.sku_id), ' as a whole') || ' used' AS what,
           COALESCE(entry.units, 0) AS expected, COALESCE(bucket.used, 0) AS found
    FROM (SELECT campaign_id, sku_id, sum(used) AS used FROM campaigns_stockbucket GROUP BY 1, 2) bucket
    FULL JOIN (SELECT campaign_id, sku_id, sum(units) AS units FROM campaigns_stockentry GROUP BY 1, 2) entry
      ON entry.campaign_id = bucket.campaign_id AND COALESCE(entry.sku_id, 0) = COALESCE(bucket.sku_id, 0)
    """,
)

# The last part of an entry's source is the order line; the first says order, cancel or refund.
STOCK_LINES = Check(
    "stock_lines",
    "an order line holds as many units of activity stock as the shopper has kept of it",
    f"""
    SELECT 'campaign ' || COALESCE(entry.campaign_id, taken.campaign_id) || ' order line '
           || COALESCE(entry.line, taken.line_id::text)
           || CASE WHEN COALESCE(entry.whole, taken.whole) THEN ' of the whole stock' ELSE ' of the SKU''s stock' END
           AS what,
           COALESCE(taken.kept, 0) AS expected, COALESCE(entry.units, 0) AS found
    FROM (
        SELECT campaign_id, sku_id IS NULL AS whole, substring(source FROM '[^:]*$') AS line, sum(units) AS units
        FROM campaigns_stockentry GROUP BY 1, 2, 3
    ) entry
    FULL JOIN (
        SELECT t.campaign_id, t.line_id, cap.whole, t.kept, cap.binding
        FROM ({TAKEN}) t
        JOIN campaigns_campaignrevision r ON r.id = t.revision_id
        LEFT JOIN campaigns_campaignsku k ON k.revision_id = r.id AND k.sku_id = t.sku_id AND NOT k.excluded
        CROSS JOIN LATERAL (VALUES
            (true, r.stock_units IS NOT NULL), (false, k.stock_units IS NOT NULL)
        ) cap (whole, binding)
    ) taken ON taken.campaign_id = entry.campaign_id AND taken.whole = entry.whole AND taken.line_id::text = entry.line
    WHERE entry.units IS NOT NULL OR taken.binding
    """,
)

LIMITS = Check(
    "personal_limits",
    "the pieces and orders counted for a customer are those kept at the price of the campaign",
    f"""
    SELECT 'campaign ' || COALESCE(use.campaign_id, taken.campaign_id) || ' customer '
           || COALESCE(use.customer_id, taken.customer_id) || ' period ' || COALESCE(use.period, taken.period)
           || ' ' || figure.name AS what, figure.expected, figure.found
    FROM campaigns_limituse use
    FULL JOIN (
        SELECT t.campaign_id, t.customer_id,
               CASE r.limit_period WHEN 'campaign' THEN 'all'
               ELSE to_char(t.placed_at AT TIME ZONE '{settings.TIME_ZONE}', 'YYYY-MM-DD') END AS period,
               sum(t.kept) AS units, count(DISTINCT t.order_id) FILTER (WHERE t.is_kept) AS orders
        FROM (
            SELECT campaign_id, revision_id, order_id, customer_id, placed_at, kept, kept > 0 AS is_kept
            FROM ({TAKEN}) goods
            UNION ALL {TAKEN_OF_FEES} UNION ALL {TAKEN_BESIDES}
        ) t
        JOIN campaigns_campaignrevision r ON r.id = t.revision_id
        WHERE r.limit_units IS NOT NULL OR r.limit_orders IS NOT NULL
        GROUP BY 1, 2, 3
    ) taken ON taken.campaign_id = use.campaign_id AND taken.customer_id = use.customer_id
           AND taken.period = use.period
    CROSS JOIN LATERAL (VALUES
        ('pieces', COALESCE(taken.units, 0), COALESCE(use.used_units, 0)),
        ('orders', COALESCE(taken.orders, 0), COALESCE(use.used_orders, 0))
    ) figure (name, expected, found)
    """,
)

BUDGETS = Check(
    "campaign_budgets",
    "the used budget of a campaign is the sum of its entries",
    """
    SELECT 'campaign ' || COALESCE(b.campaign_id, entry.campaign_id) || ' used_cents' AS what,
           COALESCE(entry.cents, 0) AS expected, COALESCE(b.used_cents, 0) AS found
    FROM campaigns_campaignbudget b
    FULL JOIN (
        SELECT campaign_id, sum(amount_cents) AS cents FROM campaigns_campaignbudgetentry GROUP BY campaign_id
    ) entry ON entry.campaign_id = b.campaign_id
    """,
)

# A budget may be set when a campaign has run for a while: only orders that were charged are compared.
BUDGET_ORDERS = Check(
    "budget_orders",
    "what the orders charged to a budget still cost it are their shares, less what was taken back",
    """
    SELECT 'campaign ' || charged.campaign_id || ' charged by its orders' AS what,
           COALESCE(sum(given.cents), 0) AS expected, entry.cents AS found
    FROM (
        SELECT DISTINCT campaign_id, substring(source FROM '^order:(.*)$') AS number
        FROM campaigns_campaignbudgetentry WHERE source LIKE 'order:%'
    ) charged
    JOIN (
        SELECT campaign_id, sum(amount_cents) AS cents FROM campaigns_campaignbudgetentry GROUP BY campaign_id
    ) entry ON entry.campaign_id = charged.campaign_id
    LEFT JOIN (
        SELECT r.campaign_id, o.number, sum(s.amount_cents - COALESCE(back.cents, 0)) AS cents
        FROM storefront_discountshare s
        JOIN campaigns_campaignrevision r ON r.id = s.campaign_revision_id
        LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
        LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
        JOIN storefront_order o ON o.id = COALESCE(l.order_id, f.order_id)
        LEFT JOIN (
            SELECT share_id, sum(amount_cents) AS cents FROM storefront_sharereversal GROUP BY share_id
        ) back ON back.share_id = s.id
        GROUP BY r.campaign_id, o.number
    ) given ON given.campaign_id = charged.campaign_id AND given.number = charged.number
    GROUP BY charged.campaign_id, entry.cents
    """,
)

GIFTS_USED = Check(
    "gifts_used",
    "the gifts that a campaign says are given are the sum of their entries",
    """
    SELECT 'campaign ' || COALESCE(stock.campaign_id, entry.campaign_id) || ' gift SKU '
           || COALESCE(stock.sku_id, entry.sku_id) || ' used' AS what,
           COALESCE(entry.units, 0) AS expected, COALESCE(stock.used, 0) AS found
    FROM campaigns_giftstock stock
    FULL JOIN (SELECT campaign_id, sku_id, sum(units) AS units FROM campaigns_giftentry GROUP BY 1, 2) entry
      ON entry.campaign_id = stock.campaign_id AND entry.sku_id = stock.sku_id
    """,
)

GIFT_ORDERS = Check(
    "gift_orders",
    "an order that is not cancelled holds the gifts that it was given",
    """
    SELECT 'order ' || COALESCE(entry.number, given.number) || ' gift SKU ' || COALESCE(entry.sku_id, given.sku_id)
           AS what,
           COALESCE(given.units, 0) AS expected, COALESCE(entry.units, 0) AS found
    FROM (
        SELECT campaign_id, sku_id, substring(source FROM '[^:]*$') AS number, sum(units) AS units
        FROM campaigns_giftentry GROUP BY 1, 2, 3
    ) entry
    FULL JOIN (
        SELECT r.campaign_id, g.sku_id, o.number, CASE o.state WHEN 'cancelled' THEN 0 ELSE g.quantity END AS units
        FROM storefront_ordergift g
        JOIN campaigns_campaignrevision r ON r.id = g.campaign_revision_id
        JOIN storefront_order o ON o.id = g.order_id
    ) given ON given.campaign_id = entry.campaign_id AND given.sku_id = entry.sku_id AND given.number = entry.number
    """,
)

CHECKS = (STOCK_USED, STOCK_LINES, LIMITS, BUDGETS, BUDGET_ORDERS, GIFTS_USED, GIFT_ORDERS)
