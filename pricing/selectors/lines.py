"""SKUs as the engine is told of them."""

from pricing.engine.cart import CartLine
from pricing.models import Sku

# What a line is made of, so that no query follows for each SKU.
LINE_PARTS = ("product__shop", "product__category__parent__parent")


def line_of(sku: Sku, quantity: int) -> CartLine:
    """Return what the engine is told of so many units of a SKU; the key is its primary key.

    No query where LINE_PARTS are read.
    """
    product = sku.product
    return CartLine(
        key=str(sku.pk),
        shop=product.shop.code,
        sku=sku.code,
        product=product.code,
        list_cents=sku.list_cents,
        quantity=quantity,
        categories=frozenset(category.code for category in product.category.lineage),
        kind=product.kind,
        floor_cents=sku.floor_cents,
        discountable=not product.never_discounted,
    )
