"""The price document of an order: what the engine was told and what it answered, in wire form."""

from typing import Any

from pricing.engine import document, keeping
from pricing.engine.facts import Facts
from storefront.priced import Priced


def document_of(priced: Priced) -> dict[str, Any]:
    """Return input and answer, with only the offers that touch the cart, narrowed to its SKUs.

    `python -m pricing.engine` gives the stored answer for the stored input, years later.
    """
    offers = keeping.narrow(priced.page.book.touching(priced.cart), priced.cart)
    told = document.CartDocument(
        cart=priced.cart,
        offers=offers,
        facts=_facts_about(priced, {offer.id for offer in offers}),
        choices=priced.choices,
    )
    return {"input": document.document_of(told), "quote": document.quote_document(priced.quote)}


def _facts_about(priced: Priced, offers: set[str]) -> Facts:
    """The counts of these offers, and the coupons that the shopper held."""
    facts = priced.facts
    return Facts(
        units_left={key: left for key, left in facts.units_left.items() if key[0] in offers},
        uses_left={offer: left for offer, left in facts.uses_left.items() if offer in offers},
        budget_left_cents={offer: left for offer, left in facts.budget_left_cents.items() if offer in offers},
        coupons=tuple(coupon for coupon in facts.coupons if coupon.offer in offers),
    )
