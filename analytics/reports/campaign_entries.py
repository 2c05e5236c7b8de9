"""The entries of every order line and shipping fee that a campaign touched, in SQL. One row has one campaign."""

from analytics.reports.discount_entries import BRANCHES

# A place is a line or, negative, a shipping fee. What touched it is known from all of history: goods may come back
# in another period than they were sold in. A place that only got a discount moved to it by a refund was not sold with
# the campaign: of such a place the campaign's own discount counts, neither goods nor what others took off. The number
# after `is it back` counts each order once per campaign.
CAMPAIGN_ENTRIES = f"""
    WITH touched AS (
        SELECT COALESCE(s.order_line_id, -s.order_shipping_id) AS place, r.campaign_id,
               bool_or(s.refund_id IS NULL) AS is_sold
        FROM storefront_discountshare s JOIN campaigns_campaignrevision r ON r.id = s.campaign_revision_id
        GROUP BY 1, 2
    )
    SELECT t.campaign_id, now.name, (e.at AT TIME ZONE %(zone)s)::date, right(e.kind, 5) = '_back',
           (row_number() OVER (
               PARTITION BY t.campaign_id, e.order_id, right(e.kind, 5) = '_back'
           ) = 1)::int::bigint,
           COALESCE(e.units, 0)::bigint, e.list_cents::bigint,
           CASE WHEN r.campaign_id IS DISTINCT FROM t.campaign_id THEN 'others'
                WHEN s.funder = 'platform' THEN 'platform' ELSE 'shops' END,
           e.discount_cents::bigint
    FROM ({BRANCHES}) e
    JOIN touched t ON t.place = COALESCE(e.line_id, -e.fee_id)
    JOIN storefront_order o ON o.id = e.order_id
    JOIN campaigns_campaign c ON c.id = t.campaign_id
    JOIN campaigns_campaignrevision now ON now.id = c.current_revision_id
    LEFT JOIN storefront_discountshare s ON s.id = e.share_id
    LEFT JOIN campaigns_campaignrevision r ON r.id = s.campaign_revision_id
    WHERE o.source = ANY(%(sources)s) AND (t.is_sold OR r.campaign_id = t.campaign_id)
"""
