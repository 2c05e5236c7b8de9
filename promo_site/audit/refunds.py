"""Refunds against lines, shares and payment entries. Only approved refunds have moved anything."""

from promo_site.audit.check import Check

REVERSALS = Check(
    "share_reversals",
    "no more of a share is taken back than it gave; a cancelled order's shares are taken back whole",
    """
    SELECT 'discount share ' || s.id || ' reversed' AS what,
           CASE WHEN o.state = 'cancelled' THEN s.amount_cents
                ELSE LEAST(COALESCE(back.cents, 0), s.amount_cents) END AS expected,
           COALESCE(back.cents, 0) AS found
    FROM storefront_discountshare s
    LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
    LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
    JOIN storefront_order o ON o.id = COALESCE(l.order_id, f.order_id)
    LEFT JOIN (
        SELECT share_id, sum(amount_cents) AS cents FROM storefront_sharereversal GROUP BY share_id
    ) back ON back.share_id = s.id
    """,
)

REFUND_AMOUNTS = Check(
    "refund_amounts",
    "a refund's amounts are the sums of its lines, its shipping, its deductions, and its payment entry",
    """
    SELECT 'refund ' || r.id || ' ' || figure.name AS what, figure.expected, figure.found
    FROM storefront_refund r
    LEFT JOIN (
        SELECT refund_id, sum(amount_cents) AS cents FROM storefront_refundline GROUP BY refund_id
    ) line ON line.refund_id = r.id
    LEFT JOIN (
        SELECT refund_id, sum(amount_cents) AS cents FROM storefront_refundshipping GROUP BY refund_id
    ) shipping ON shipping.refund_id = r.id
    LEFT JOIN (
        SELECT refund_id, -sum(amount_cents) AS cents FROM storefront_paymententry
        WHERE refund_id IS NOT NULL GROUP BY refund_id
    ) entry ON entry.refund_id = r.id
    LEFT JOIN (
        SELECT refund_id, sum(amount_cents) AS cents FROM storefront_rewarddeduction GROUP BY refund_id
    ) deducted ON deducted.refund_id = r.id
    CROSS JOIN LATERAL (VALUES
        ('goods_cents', COALESCE(line.cents, 0), r.goods_cents),
        ('shipping_cents', COALESCE(shipping.cents, 0), r.shipping_cents),
        ('deducted_cents', CASE r.state WHEN 'approved' THEN COALESCE(deducted.cents, 0) ELSE r.deducted_cents END,
         r.deducted_cents),
        ('paid back', CASE r.state WHEN 'approved' THEN r.amount_cents ELSE 0 END, COALESCE(entry.cents, 0))
    ) figure (name, expected, found)
    """,
)

REFUNDED_BALANCES = Check(
    "refunded_balances",
    "what orders, lines and shipping fees say was refunded is the sum of their approved refunds",
    """
    SELECT 'order ' || o.number || ' refunded_cents' AS what,
           COALESCE(back.cents, 0) + COALESCE(later.cents, 0) AS expected, o.refunded_cents AS found
    FROM storefront_order o
    LEFT JOIN (
        SELECT order_id, sum(amount_cents) AS cents FROM storefront_refund WHERE state = 'approved' GROUP BY order_id
    ) back ON back.order_id = o.id
    LEFT JOIN (
        SELECT order_id, -sum(amount_cents) AS cents FROM storefront_paymententry WHERE kind = 'reward_back' GROUP BY 1
    ) later ON later.order_id = o.id
    UNION ALL
    SELECT 'order line ' || l.id || ' ' || figure.name, figure.expected, figure.found
    FROM storefront_orderline l
    LEFT JOIN (
        SELECT rl.order_line_id, sum(rl.amount_cents) AS cents, sum(rl.units) AS units
        FROM storefront_refundline rl JOIN storefront_refund r ON r.id = rl.refund_id AND r.state = 'approved'
        GROUP BY rl.order_line_id
    ) back ON back.order_line_id = l.id
    CROSS JOIN LATERAL (VALUES
        ('refunded_cents', COALESCE(back.cents, 0), l.refunded_cents),
        ('returned', COALESCE(back.units, 0), l.returned)
    ) figure (name, expected, found)
    UNION ALL
    SELECT 'order shipping ' || s.id || ' refunded_cents', COALESCE(back.cents, 0), s.refunded_cents
    FROM storefront_ordershipping s
    LEFT JOIN (
        SELECT rs.order_shipping_id, sum(rs.amount_cents) AS cents
        FROM storefront_refundshipping rs JOIN storefront_refund r ON r.id = rs.refund_id AND r.state = 'approved'
        GROUP BY rs.order_shipping_id
    ) back ON back.order_shipping_id = s.id
    """,
)

RETURNED_GOODS = Check(
    "returned_goods",
    "the money back for returned units and the shares taken back are their list price, and what was moved to others",
    """
    SELECT 'order line ' || l.id || ' returned' AS what,
           l.list_cents * l.returned + COALESCE(added.cents, 0) AS expected,
           l.refunded_cents + COALESCE(back.cents, 0) AS found
    FROM storefront_orderline l
    LEFT JOIN (
        SELECT s.order_line_id, sum(v.amount_cents) AS cents
        FROM storefront_sharereversal v JOIN storefront_discountshare s ON s.id = v.share_id
        WHERE v.refund_id IS NOT NULL AND s.order_line_id IS NOT NULL GROUP BY s.order_line_id
    ) back ON back.order_line_id = l.id
    LEFT JOIN (
        SELECT order_line_id, sum(amount_cents) AS cents FROM storefront_discountshare
        WHERE refund_id IS NOT NULL GROUP BY order_line_id
    ) added ON added.order_line_id = l.id
    WHERE l.returned > 0 OR l.refunded_cents <> 0 OR back.cents > 0 OR added.cents > 0
    """,
)

# A coupon that was taken back, or is in the wallet, takes nothing off: the timer gives the deduction back by and by.
DEDUCTIONS = Check(
    "reward_deductions",
    "what refunds bear of a lost coupon is the sum of its entries, and what was given back of it has been paid",
    """
    SELECT 'reward ' || w.id || ' deducted_cents' AS what, COALESCE(entry.cents, 0) AS expected,
           w.deducted_cents AS found
    FROM storefront_orderreward w
    LEFT JOIN (
        SELECT reward_id, sum(amount_cents) AS cents FROM storefront_rewarddeduction GROUP BY reward_id
    ) entry ON entry.reward_id = w.id
    UNION ALL
    SELECT 'order ' || o.number || ' deductions given back', back.cents, COALESCE(paid.cents, 0)
    FROM (
        SELECT w.order_id, sum(d.amount_cents) AS cents
        FROM storefront_rewarddeduction d JOIN storefront_orderreward w ON w.id = d.reward_id
        WHERE d.refund_id IS NULL GROUP BY 1
    ) back
    JOIN storefront_order o ON o.id = back.order_id
    LEFT JOIN (
        SELECT order_id, sum(amount_cents) AS cents FROM storefront_paymententry WHERE kind = 'reward_back' GROUP BY 1
    ) paid ON paid.order_id = o.id
    """,
)

CHECKS = (REVERSALS, REFUND_AMOUNTS, REFUNDED_BALANCES, RETURNED_GOODS, DEDUCTIONS)
