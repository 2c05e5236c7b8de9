"""On-hand stock: free and reserved pieces against the movements, and the movements of orders against the orders."""

from promo_site.audit.check import Check

FREE = Check(
    "free_pieces",
    "the free pieces of a SKU are the sum of its movements; a SKU that is not counted has none",
    """
    SELECT 'SKU ' || COALESCE(stock.sku_id, moved.sku_id) || ' free' AS what,
           COALESCE(moved.units, 0) AS expected, COALESCE(stock.free, 0) AS found
    FROM pricing_onhandstock stock
    FULL JOIN (SELECT sku_id, sum(free_units) AS units FROM pricing_stockmovement GROUP BY 1) moved
      ON moved.sku_id = stock.sku_id
    """,
)

# Room in a counter that is backed stands for pieces in the house.
RESERVED = Check(
    "reserved_pieces",
    "what movements have put into reservations and not taken out is what the campaigns hold",
    """
    SELECT 'SKU ' || COALESCE(held.sku_id, moved.sku_id) || ' reserved' AS what,
           COALESCE(moved.units, 0) AS expected, COALESCE(held.units, 0) AS found
    FROM (
        SELECT sku_id, sum(total - used) AS units FROM (
            SELECT sku_id, total, used FROM campaigns_stockbucket WHERE is_backed
            UNION ALL SELECT sku_id, total, used FROM campaigns_giftstock WHERE is_backed
        ) counter GROUP BY 1
    ) held
    FULL JOIN (SELECT sku_id, sum(units - free_units) AS units FROM pricing_stockmovement GROUP BY 1) moved
      ON moved.sku_id = held.sku_id
    """,
)

# Sources are order:NUMBER, cancel:NUMBER and refund:NUMBER:ID. An order is compared for the SKUs counted at its time.
ORDERS = Check(
    "goods_of_orders",
    "an order has taken off the shelf what the shopper keeps of the SKUs that were counted",
    """
    SELECT 'order ' || sold.number || ' SKU ' || sold.sku_id || ' off the shelf' AS what,
           COALESCE(kept.units, 0) AS expected, sold.units AS found
    FROM (
        SELECT sku_id, split_part(source, ':', 2) AS number, -sum(units) AS units FROM pricing_stockmovement
        WHERE kind IN ('sale', 'cancellation', 'return') GROUP BY 1, 2
    ) sold
    LEFT JOIN (
        SELECT number, sku_id, sum(units) AS units FROM (
            SELECT o.number, l.sku_id, CASE o.state WHEN 'cancelled' THEN 0 ELSE l.quantity - l.returned END AS units
            FROM storefront_order o JOIN storefront_orderline l ON l.order_id = o.id
            UNION ALL
            SELECT o.number, g.sku_id, CASE o.state WHEN 'cancelled' THEN 0 ELSE g.quantity END
            FROM storefront_order o JOIN storefront_ordergift g ON g.order_id = o.id
        ) line GROUP BY 1, 2
    ) kept ON kept.number = sold.number AND kept.sku_id = sold.sku_id
    """,
)

CHECKS = (FREE, RESERVED, ORDERS)
