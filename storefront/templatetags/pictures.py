"""Pictures of products, and what is drawn where there is none."""

from zlib import crc32

from django import template
from django.templatetags.static import static

from pricing.models import Product

register = template.Library()

GROUNDS = 6


@register.inclusion_tag("storefront/parts/picture.html")
def picture(product: Product, eager: bool = False) -> dict[str, object]:
    """Return the product's picture; without one a gift box in a colour of its own, with its first letter."""
    letter = next((sign for sign in product.local_name if sign.isalnum()), "·").upper()
    ground = crc32(product.code.encode()) % GROUNDS
    return {"address": _address(product.picture), "letter": letter, "ground": ground, "eager": eager}


def _address(path: str) -> str:
    """Where the picture is; nowhere for a file that the collected static files do not hold."""
    try:
        return static(path) if path else ""
    except ValueError:
        return ""


@register.inclusion_tag("storefront/parts/icon.html")
def icon(name: str) -> dict[str, str]:
    """Return one of the line icons of storefront/icons.svg; it says nothing to a screen reader."""
    return {"name": name}
