"""One piece is given once: gifts of several campaigns that come off the same shelf share what is there.

The engine counts the gifts of each offer alone. Reserved gifts are pieces of their own; others are not.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from campaigns.selectors.gifts import unreserved_gifts
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.facts import Facts
from pricing.engine.quote import Quote, price_cart
from storefront.priced import BookPage


def price_with_gifts(cart: Cart, page: BookPage, facts: Facts, choices: Choices) -> tuple[Facts, Quote]:
    """Price a cart so that its gifts are there together; return the facts that hold then, and the quote.

    What was computed first keeps its gifts; the others give what is left, another gift if they have one, or none.
    No query unless two campaigns give the same SKU.
    """
    quote = price_cart(cart, page.book, facts, choices, mode=page.mode)
    while fewer := _fewer_left(cart, page, quote):  # each round a count falls, so there is a last one
        facts = replace(facts, gifts_left={**facts.gifts_left, **fewer})
        quote = price_cart(cart, page.book, facts, choices, mode=page.mode)
    return facts, quote


def _fewer_left(cart: Cart, page: BookPage, quote: Quote) -> Mapping[tuple[str, str], int]:
    """Return what is left for the gifts that are promised but not there, beside those promised before them."""
    contested = {sku for sku, offers in Counter(gift.sku for gift in quote.gifts).items() if offers > 1}
    if not contested:
        return {}
    campaigns = {offer: row.campaign_id for offer, row in page.campaigns.items()}
    giving = {campaigns[gift.offer] for gift in quote.gifts if gift.sku in contested and gift.offer in campaigns}
    free = unreserved_gifts(giving, contested)
    left = Counter({sku: units for (_offer, sku), units in free.items()})
    left.subtract({line.sku: line.quantity for line in cart.lines if line.sku in left})
    fewer = {}
    for gift in quote.gifts:
        if (gift.offer, gift.sku) not in free:
            continue
        there = max(0, left[gift.sku])
        if there < gift.quantity:
            fewer[gift.offer, gift.sku] = there
        left[gift.sku] -= gift.quantity
    return fewer
