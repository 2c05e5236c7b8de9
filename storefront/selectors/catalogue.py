"""What may be bought, with everything that pricing asks about it."""

from django.db.models import QuerySet

from pricing.engine.cart import MAX_CENTS
from pricing.models import Product, Sku
from storefront.models import MOST_UNITS, CartLine

# A tree of three levels at most: one join reads the whole lineage.
PRICING_PARTS = ("product__shop", "product__category__parent__parent", "on_hand")


def sellable_skus() -> QuerySet[Sku]:
    """Active SKUs of active products in active shops, by code, ready for `price_skus`. One query."""
    active = Sku.objects.filter(is_active=True, product__is_active=True, product__shop__is_active=True)
    return active.select_related(*PRICING_PARTS)


def sellable_sku(code: str) -> Sku | None:
    return sellable_skus().filter(code=code).first()


def skus_of_product(product: Product) -> QuerySet[Sku]:
    return sellable_skus().filter(product=product)


def is_sellable(sku: Sku) -> bool:
    """Whether the SKU, fetched with its product and shop, may be bought."""
    return sku.is_active and sku.product.is_active and sku.product.shop.is_active


def most_units_of(sku: Sku) -> int:
    """How many pieces one line of a cart may hold: the amount of a line has a limit too."""
    return min(MOST_UNITS, MAX_CENTS // sku.list_cents)


def is_buyable(line: CartLine) -> bool:
    """Whether the line may be ordered as it is; a price that rose can make it too large."""
    return is_sellable(line.sku) and line.quantity <= most_units_of(line.sku)
