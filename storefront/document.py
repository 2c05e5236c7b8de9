"""The price document of an order: what the engine was told and what it answered, in wire form."""

from typing import Any

from pricing.engine import document
from pricing.engine.keeping import kept_document
from storefront.priced import Priced


def document_of(priced: Priced) -> dict[str, Any]:
    """Return input and answer, with only the offers that touch the cart, narrowed to its SKUs.

    `python -m pricing.engine` gives the stored answer for the stored input, years later.
    """
    told = document.CartDocument(
        cart=priced.cart,
        offers=tuple(priced.page.book.touching(priced.cart)),
        facts=priced.facts,
        choices=priced.choices,
        mode=priced.page.mode,
    )
    return {"input": document.document_of(kept_document(told)), "quote": document.quote_document(priced.quote)}
