"""Coupons against their events, their orders, and every count of how many were given out."""

from promo_site.audit.check import Check

ISSUED = Check(
    "issued_coupons",
    "what a template, a claim campaign and a customer's count say was issued is the number of coupons",
    """
    SELECT 'template ' || b.template_id || ' issued' AS what, COALESCE(c.coupons, 0) AS expected, b.issued AS found
    FROM coupons_templatebudget b
    LEFT JOIN (SELECT template_id, count(*) AS coupons FROM coupons_coupon GROUP BY 1) c
      ON c.template_id = b.template_id
    UNION ALL
    SELECT 'claim campaign ' || n.claim_campaign_id || ' claimed', COALESCE(c.coupons, 0), n.used
    FROM coupons_claimcount n
    LEFT JOIN (SELECT claim_campaign_id, count(*) AS coupons FROM coupons_coupon GROUP BY 1) c
      ON c.claim_campaign_id = n.claim_campaign_id
    UNION ALL
    SELECT 'claim campaign ' || n.claim_campaign_id || ' at ' || n.place, COALESCE(c.coupons, 0), n.used
    FROM coupons_claimplacecount n
    LEFT JOIN (SELECT claim_campaign_id, place, count(*) AS coupons FROM coupons_coupon GROUP BY 1, 2) c
      ON c.claim_campaign_id = n.claim_campaign_id AND c.place = n.place
    UNION ALL
    SELECT 'template ' || n.template_id || ' customer ' || n.customer_id || ' issued', COALESCE(c.coupons, 0), n.used
    FROM coupons_issuecount n
    LEFT JOIN (SELECT template_id, customer_id, count(*) AS coupons FROM coupons_coupon GROUP BY 1, 2) c
      ON c.template_id = n.template_id AND c.customer_id = n.customer_id
    """,
)

CODES = Check(
    "redeemed_codes",
    "a code was redeemed as often as it says, and a customer as many codes of a pool as their count says",
    """
    SELECT 'code ' || c.id || ' used' AS what, COALESCE(u.uses, 0) AS expected, c.used AS found
    FROM coupons_code c
    FULL JOIN (SELECT code_id, count(*) AS uses FROM coupons_codeuse GROUP BY 1) u ON u.code_id = c.id
    WHERE c.used > 0 OR u.uses > 0
    UNION ALL
    SELECT 'code pool ' || n.pool_id || ' customer ' || n.customer_id, COALESCE(u.uses, 0), n.used
    FROM coupons_codecount n
    LEFT JOIN (
        SELECT c.pool_id, u.customer_id, count(*) AS uses
        FROM coupons_codeuse u JOIN coupons_code c ON c.id = u.code_id GROUP BY 1, 2
    ) u ON u.pool_id = n.pool_id AND u.customer_id = n.customer_id
    UNION ALL
    SELECT 'code pool ' || p.id || ' made', (SELECT count(*) FROM coupons_code c WHERE c.pool_id = p.id), p.made
    FROM coupons_codepool p
    """,
)

BUDGETS = Check(
    "template_budgets",
    "the budget that a template has reserved or spent is the sum of its entries",
    """
    SELECT 'template ' || COALESCE(b.template_id, entry.template_id) || ' used_cents' AS what,
           COALESCE(entry.cents, 0) AS expected, COALESCE(b.used_cents, 0) AS found
    FROM coupons_templatebudget b
    FULL JOIN (
        SELECT template_id, sum(amount_cents) AS cents FROM coupons_templatebudgetentry GROUP BY template_id
    ) entry ON entry.template_id = b.template_id
    """,
)

# A used coupon holds what it took off, at most what was reserved for it; the rest went back when it was used.
COUPON_BUDGETS = Check(
    "coupon_budgets",
    "a coupon holds its reservation of the budget until it is used, and then what it took off",
    """
    SELECT 'coupon ' || c.id || ' holds' AS what,
           CASE c.state WHEN 'recalled' THEN 0 WHEN 'used' THEN LEAST(c.reserved_cents, spent.cents)
           ELSE c.reserved_cents END AS expected,
           COALESCE(entry.cents, 0) AS found
    FROM coupons_coupon c
    LEFT JOIN (
        SELECT coupon_id, sum(amount_cents) AS cents FROM coupons_templatebudgetentry GROUP BY coupon_id
    ) entry ON entry.coupon_id = c.id
    LEFT JOIN (
        SELECT s.coupon_id, o.key, sum(s.amount_cents) AS cents
        FROM storefront_discountshare s
        LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
        LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
        JOIN storefront_order o ON o.id = COALESCE(l.order_id, f.order_id)
        WHERE s.coupon_id IS NOT NULL AND s.refund_id IS NULL GROUP BY s.coupon_id, o.key
    ) spent ON spent.coupon_id = c.id AND spent.key = c.order_key
    """,
)

EVENTS = Check(
    "coupon_events",
    "each event of a coupon starts where the one before ended, and the last one says its state",
    """
    SELECT 'coupon ' || c.id || ' state' AS what, last.target::text AS expected, c.state::text AS found
    FROM coupons_coupon c
    JOIN (SELECT DISTINCT ON (coupon_id) coupon_id, target FROM coupons_couponevent ORDER BY coupon_id, id DESC) last
      ON last.coupon_id = c.id
    UNION ALL
    SELECT 'coupon event ' || id || ' starts from',
           COALESCE(lag(target) OVER (PARTITION BY coupon_id ORDER BY id), '')::text, source::text
    FROM coupons_couponevent
    """,
)

# A lock past its deadline may outlive its order: another order takes it, or the sweep frees it.
COUPON_ORDERS = Check(
    "coupon_orders",
    "a locked coupon belongs to an order that waits for its payment, a used one to a paid order",
    """
    SELECT 'coupon ' || c.id || ' is ' || c.state || ' by an order that is' AS what,
           CASE c.state WHEN 'used' THEN 'paid' ELSE 'awaiting_payment' END AS expected,
           COALESCE(o.state::text, 'missing') AS found
    FROM coupons_coupon c LEFT JOIN storefront_order o ON o.key = c.order_key
    WHERE c.state IN ('locked', 'used')
    """,
)

# The other way round. A coupon whose whole discount was taken back, when the kept goods were priced again, is free.
ORDER_COUPONS = Check(
    "order_coupons",
    "a coupon that lowers the price of what is kept of a paid order is used by it",
    """
    SELECT 'order ' || o.number || ' has coupon ' || given.coupon_id AS what, 'used by it' AS expected,
           CASE WHEN c.state = 'used' AND c.order_key = o.key THEN 'used by it'
           ELSE c.state || ' elsewhere' END AS found
    FROM (
        SELECT s.coupon_id, COALESCE(l.order_id, f.order_id) AS order_id
        FROM storefront_discountshare s
        LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
        LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
        LEFT JOIN (
            SELECT share_id, sum(amount_cents) AS cents FROM storefront_sharereversal GROUP BY share_id
        ) back ON back.share_id = s.id
        WHERE s.coupon_id IS NOT NULL GROUP BY 1, 2 HAVING sum(s.amount_cents - COALESCE(back.cents, 0)) > 0
    ) given
    JOIN storefront_order o ON o.id = given.order_id AND o.state = 'paid'
    JOIN coupons_coupon c ON c.id = given.coupon_id
    WHERE EXISTS (SELECT 1 FROM storefront_orderline kept WHERE kept.order_id = o.id AND kept.returned < kept.quantity)
    """,
)

CHECKS = (ISSUED, CODES, BUDGETS, COUPON_BUDGETS, EVENTS, COUPON_ORDERS, ORDER_COUPONS)
