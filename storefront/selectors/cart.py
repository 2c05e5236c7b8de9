"""What is in a cart."""

from django.db.models import QuerySet

from storefront.models import Cart, CartLine
from storefront.selectors.catalogue import PRICING_PARTS


def lines_of(cart: Cart) -> QuerySet[CartLine]:
    """The lines with everything that pricing asks about their SKUs, oldest first. One query."""
    return cart.lines.select_related(*(f"sku__{part}" for part in PRICING_PARTS))
