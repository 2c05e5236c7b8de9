"""The entries of orders in SQL: sold, discounted, taken back. Nothing is computed but sums of stored cents."""

# The columns of every branch: at, kind, order, line, shipping fee, units, share, refund, list cents, discount cents.
BRANCHES = """
    SELECT o.placed_at AS at, 'goods' AS kind, o.id AS order_id, l.id AS line_id, NULL::bigint AS fee_id,
           l.quantity AS units, NULL::bigint AS share_id, NULL::bigint AS refund_id,
           l.list_cents * l.quantity AS list_cents, 0::bigint AS discount_cents
    FROM storefront_order o JOIN storefront_orderline l ON l.order_id = o.id
    WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
    UNION ALL
    SELECT o.placed_at, 'shipping', o.id, NULL, f.id, NULL, NULL, NULL, f.fee_cents, 0
    FROM storefront_order o JOIN storefront_ordershipping f ON f.order_id = o.id
    WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
    UNION ALL
    SELECT o.placed_at, 'discount', o.id, l.id, NULL, NULL, s.id, NULL, 0, s.amount_cents
    FROM storefront_order o
    JOIN storefront_orderline l ON l.order_id = o.id
    JOIN storefront_discountshare s ON s.order_line_id = l.id AND s.refund_id IS NULL
    WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
    UNION ALL
    SELECT o.placed_at, 'shipping_discount', o.id, NULL, f.id, NULL, s.id, NULL, 0, s.amount_cents
    FROM storefront_order o
    JOIN storefront_ordershipping f ON f.order_id = o.id
    JOIN storefront_discountshare s ON s.order_shipping_id = f.id
    WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
    UNION ALL
    SELECT o.cancelled_at, 'goods_back', o.id, l.id, NULL, -l.quantity, NULL, NULL, -l.list_cents * l.quantity, 0
    FROM storefront_order o JOIN storefront_orderline l ON l.order_id = o.id
    WHERE o.cancelled_at >= %(since)s AND o.cancelled_at < %(until)s
    UNION ALL
    SELECT o.cancelled_at, 'shipping_back', o.id, NULL, f.id, NULL, NULL, NULL, -f.fee_cents, 0
    FROM storefront_order o JOIN storefront_ordershipping f ON f.order_id = o.id
    WHERE o.cancelled_at >= %(since)s AND o.cancelled_at < %(until)s
    UNION ALL
    SELECT r.decided_at, 'goods_back', r.order_id, b.order_line_id, NULL, -b.units, NULL, r.id,
           -b.amount_cents - COALESCE((
               SELECT sum(v.amount_cents)
               FROM storefront_sharereversal v JOIN storefront_discountshare s ON s.id = v.share_id
               WHERE v.refund_id = r.id AND s.order_line_id = b.order_line_id
           ), 0) + COALESCE((
               SELECT sum(s.amount_cents) FROM storefront_discountshare s
               WHERE s.refund_id = r.id AND s.order_line_id = b.order_line_id
           ), 0), 0
    FROM storefront_refund r JOIN storefront_refundline b ON b.refund_id = r.id AND b.units > 0
    WHERE r.state = 'approved' AND r.decided_at >= %(since)s AND r.decided_at < %(until)s
    UNION ALL
    SELECT r.decided_at, 'shipping_back', r.order_id, NULL, b.order_shipping_id, NULL, NULL, r.id,
           -b.amount_cents - COALESCE((
               SELECT sum(v.amount_cents)
               FROM storefront_sharereversal v JOIN storefront_discountshare s ON s.id = v.share_id
               WHERE v.refund_id = r.id AND s.order_shipping_id = b.order_shipping_id
           ), 0), 0
    FROM storefront_refund r JOIN storefront_refundshipping b ON b.refund_id = r.id
    WHERE r.state = 'approved' AND r.decided_at >= %(since)s AND r.decided_at < %(until)s
    UNION ALL
    SELECT v.at, CASE WHEN f.id IS NULL THEN 'discount_back' ELSE 'shipping_discount_back' END,
           COALESCE(l.order_id, f.order_id), l.id, f.id, NULL, s.id, v.refund_id, 0, -v.amount_cents
    FROM storefront_sharereversal v
    JOIN storefront_discountshare s ON s.id = v.share_id
    LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
    LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
    WHERE v.at >= %(since)s AND v.at < %(until)s
    UNION ALL
    SELECT r.decided_at, 'discount_back', r.order_id, s.order_line_id, NULL, NULL, s.id, r.id, 0, s.amount_cents
    FROM storefront_refund r JOIN storefront_discountshare s ON s.refund_id = r.id
    WHERE r.decided_at >= %(since)s AND r.decided_at < %(until)s
"""

# What refunds bear of coupons that an order had earned, lost, and that are in use: a discount taken back of the order.
REWARDS_BACK = """
    SELECT d.at, 'reward_back', w.order_id, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, d.refund_id,
           0::bigint, -d.amount_cents, d.id
    FROM storefront_rewarddeduction d JOIN storefront_orderreward w ON w.id = d.reward_id
    WHERE d.at >= %(since)s AND d.at < %(until)s
"""

ENTRIES = f"""
    SELECT e.at, e.kind, o.number, o.source, o.state, l.position, shop.code, sku.code, e.units, s.layer,
           revision.campaign_id, revision.name, coupon.number::text, coupon.template_id, template.name,
           COALESCE(s.funder, deduction.funder),
           e.list_cents::bigint, e.discount_cents::bigint, e.refund_id
    FROM (SELECT b.*, NULL::bigint AS deduction_id FROM ({BRANCHES}) b UNION ALL {REWARDS_BACK}) e
    JOIN storefront_order o ON o.id = e.order_id
    LEFT JOIN storefront_orderline l ON l.id = e.line_id
    LEFT JOIN storefront_ordershipping f ON f.id = e.fee_id
    LEFT JOIN pricing_shop shop ON shop.id = COALESCE(l.shop_id, f.shop_id)
    LEFT JOIN pricing_sku sku ON sku.id = l.sku_id
    LEFT JOIN storefront_discountshare s ON s.id = e.share_id
    LEFT JOIN storefront_rewarddeduction deduction ON deduction.id = e.deduction_id
    LEFT JOIN storefront_orderreward w ON w.id = deduction.reward_id
    LEFT JOIN campaigns_campaignrevision revision ON revision.id = s.campaign_revision_id
    LEFT JOIN coupons_coupon coupon ON coupon.id = COALESCE(s.coupon_id, w.coupon_id)
    LEFT JOIN coupons_coupontemplaterevision template ON template.id = coupon.revision_id
    WHERE o.source = ANY(%(sources)s)
    ORDER BY e.at, o.id, l.position NULLS LAST, f.id, e.share_id NULLS FIRST, e.kind, e.deduction_id
"""
