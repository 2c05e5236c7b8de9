"""The price document of an order: what the engine was told and what it answered, in wire form."""

from typing import Any

from storefront.priced import Priced


def document_of(priced: Priced) -> dict[str, Any]:
    """Return input and answer, with only the offers that touch the cart, narrowed to its SKUs."""
    return {}
