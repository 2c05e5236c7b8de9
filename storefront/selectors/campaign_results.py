"""What was sold at the price of campaigns, SKU by SKU; campaigns ask for it through campaigns.sources."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from campaigns.sources import SkuResult

# Lines that a campaign has really lowered, of orders that were not cancelled, with the units that were kept.
RESULTS = """
WITH asked (campaign_id, since) AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[])),
given AS (
    SELECT r.campaign_id, s.order_line_id, sum(s.amount_cents - COALESCE(back.cents, 0)) AS cents
    FROM asked
    JOIN campaigns_campaignrevision r ON r.campaign_id = asked.campaign_id
    JOIN storefront_discountshare s ON s.campaign_revision_id = r.id AND s.amount_cents > 0
    JOIN storefront_orderline l ON l.id = s.order_line_id
    JOIN storefront_order o ON o.id = l.order_id AND o.state <> 'cancelled' AND o.placed_at >= asked.since
    LEFT JOIN LATERAL (
        SELECT sum(amount_cents) AS cents FROM storefront_sharereversal WHERE share_id = s.id
    ) back ON true
    GROUP BY 1, 2
),
kept AS (
    SELECT given.campaign_id, l.sku_id, given.cents AS discount_cents, l.quantity - l.returned AS units,
           l.list_cents, l.cost_cents, l.net_cents - l.refunded_cents AS net_cents,
           l.net_cents * 10000 / (l.list_cents * l.quantity) AS share_bp
    FROM given JOIN storefront_orderline l ON l.id = given.order_line_id
    WHERE l.quantity > l.returned
)
SELECT campaign_id, sku_id, sum(units), sum(list_cents * units), sum(discount_cents), sum(net_cents),
       CASE WHEN bool_and(cost_cents IS NOT NULL) THEN sum(cost_cents * units) END,
       COALESCE(sum(GREATEST(0, cost_cents * units - net_cents)), 0), min(share_bp)
FROM kept GROUP BY 1, 2 ORDER BY 1, 2
"""


def campaign_results(since: Mapping[int, datetime]) -> list[SkuResult]:
    """Return the results of these campaigns, each from its moment on, by campaign and SKU. One query."""
    if not since:
        return []
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, [list(since), list(since.values())])
        return [SkuResult(*row[:2], *(None if figure is None else int(figure) for figure in row[2:])) for row in cursor]
