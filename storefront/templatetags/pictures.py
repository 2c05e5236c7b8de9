"""Pictures of products, and what is drawn where there is none."""

from zlib import crc32

from django import template

from pricing.models import Product

register = template.Library()

GROUNDS = 6


@register.inclusion_tag("storefront/parts/picture.html")
def picture(product: Product, eager: bool = False) -> dict[str, object]:
    """Return the product's picture; without one a gift box in a colour of its own, with its first letter."""
    name = product.local_name
    letter = next((sign for sign in name if sign.isalnum()), "·").upper()
    return {"path": product.picture, "letter": letter, "ground": crc32(product.code.encode()) % GROUNDS, "eager": eager}


@register.inclusion_tag("storefront/parts/icon.html")
def icon(name: str) -> dict[str, str]:
    """Return one of the line icons of storefront/icons.svg; it says nothing to a screen reader."""
    return {"name": name}
