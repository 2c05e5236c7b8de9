"""The engine is told which audiences the shopper belongs to and their tags, as far as the offers on these goods ask."""

from collections.abc import Iterable
from dataclasses import replace

from campaigns.models import Customer
from campaigns.selectors.audience import audiences_of, tags_of
from pricing.engine.cart import Cart, CartLine
from pricing.engine.conditions.shopper_tag import ShopperTag
from pricing.engine.offer import Offer
from storefront.priced import BookPage


def told_audiences(
    page: BookPage, cart: Cart, customer: Customer | None, *, lines: Iterable[CartLine] | None = None
) -> Cart:
    """Return the cart whose shopper knows their audiences and tags. Five queries at most, none for a guest.

    `lines`: other goods than those in the cart, for prices of many SKUs.
    """
    if customer is None:
        return cart
    touching = page.book.touching_lines(tuple(cart.lines if lines is None else lines))
    aims = {offer.id: page.aims[offer.id] for offer in touching if offer.id in page.aims}
    audiences = audiences_of(aims, customer=customer, at=cart.at)
    tags = tags_of(customer) if any(_asks_for_tags(offer) for offer in touching) else frozenset()
    return replace(cart, shopper=replace(cart.shopper, audiences=audiences, tags=tags))


def _asks_for_tags(offer: Offer) -> bool:
    return any(isinstance(rule, ShopperTag) for rule in offer.conditions)
