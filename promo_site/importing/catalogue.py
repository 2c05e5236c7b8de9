"""What the orders need first: a shop, a category, products with one SKU each, customers. What is there stays."""

from datetime import datetime

from pricing.commands.book import turn_page
from pricing.models import Category, Shop
from pricing.transactions import command
from promo_site.importing.staging import run

SHOP, CATEGORY = "imported", "imported"
CUSTOMER_PREFIX = "import-"

# The most frequent sound description; of equally frequent ones the first as text.
NAMES = """
    SELECT DISTINCT ON (sku) sku, name FROM (
        SELECT sku, name, count(*) AS times FROM import_row
        WHERE NOT cancels AND name IS NOT NULL GROUP BY sku, name
    ) counted ORDER BY sku, times DESC, name
"""
# The price on most rows; of equally frequent ones the highest: reductions are what the list price comes before.
PRICES = """
    SELECT DISTINCT ON (sku) sku, price_cents FROM (
        SELECT sku, price_cents, count(*) AS times FROM import_row WHERE NOT cancels GROUP BY sku, price_cents
    ) counted ORDER BY sku, times DESC, price_cents DESC
"""
PRODUCTS = f"""
    INSERT INTO pricing_product (code, name, name_zh, description, description_zh, shop_id, category_id, kind, picture,
                                 never_discounted, is_active, created_at)
    SELECT price.sku, COALESCE(named.name, price.sku), '', '', '', %(shop)s, %(category)s, 'physical', '',
           false, true, %(at)s
    FROM ({PRICES}) price LEFT JOIN ({NAMES}) named ON named.sku = price.sku
    WHERE NOT EXISTS (SELECT FROM pricing_sku WHERE code = price.sku)
    ORDER BY price.sku ON CONFLICT DO NOTHING
"""
SKUS = f"""
    INSERT INTO pricing_sku (code, product_id, option, option_zh, list_cents, floor_cents, is_active)
    SELECT price.sku, product.id, '', '', price.price_cents, 0, true
    FROM ({PRICES}) price JOIN pricing_product product ON product.code = price.sku
    ORDER BY price.sku ON CONFLICT DO NOTHING
"""
CUSTOMERS = f"""
    INSERT INTO campaigns_customer (code, name, phone, region, level, registered_at, orders_placed)
    SELECT '{CUSTOMER_PREFIX}' || customer, '', '', (array_agg(region ORDER BY at, line))[1], '', min(at), 0
    FROM import_invoice WHERE NOT cancels AND customer IS NOT NULL
    GROUP BY customer ORDER BY customer ON CONFLICT DO NOTHING
"""


@command
def write_catalogue(*, at: datetime) -> tuple[int, int]:
    """Add the SKUs and customers that the staged orders name and that are not there; return how many of each."""
    skus = 0
    if run("SELECT FROM import_row WHERE NOT cancels AND sku NOT IN (SELECT code FROM pricing_sku) LIMIT 1"):
        shop, _ = Shop.objects.get_or_create(code=SHOP, defaults={"name": "Imported orders", "name_zh": "导入订单"})
        category, _ = Category.objects.get_or_create(
            code=CATEGORY, defaults={"name": "Imported goods", "name_zh": "导入商品"}
        )
        run(PRODUCTS, {"shop": shop.pk, "category": category.pk, "at": at})
        skus = run(SKUS)
        turn_page()
    return skus, run(CUSTOMERS)
