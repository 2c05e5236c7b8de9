"""The prices that pages show of one unit. Each is a quote, so pages and cart never disagree. In cents.

tag: what the cart's line shows, the item layer alone. from (到手价): everything that needs no coupon, without shipping.
with coupon: the same with the coupons held and those that could be claimed.
"""

from collections.abc import Iterable
from dataclasses import replace

from pricing.engine.book import Book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.choices import Choices
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.quote import NO_FACTS, Quote, price_cart

WITHOUT_COUPONS = Choices(coupons=frozenset())


def tag_cents(line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS) -> int:
    """Return the price of one unit in the item layer. `viewer`: a cart whose shopper, place and time count."""
    return price_cart(_one_unit(line, viewer), book.only(Layer.ITEM), facts, WITHOUT_COUPONS).total_cents


def from_cents(line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS) -> int:
    """Return the price of one unit bought alone, without coupons and shipping."""
    return price_cart(_one_unit(line, viewer), book, facts, WITHOUT_COUPONS).total_cents


def with_coupon_cents(line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS) -> int:
    """Return the price of one unit bought alone with the best coupons held or claimable, without shipping."""
    claimed = tuple(replace(coupon, held=True) for coupon in facts.coupons)
    return price_cart(_one_unit(line, viewer), book, replace(facts, coupons=claimed)).total_cents


def price_many(carts: Iterable[Cart], book: Book, facts: Facts = NO_FACTS) -> list[Quote]:
    """Return the quote of each cart, for listings."""
    return [price_cart(cart, book, facts) for cart in carts]


def _one_unit(line: CartLine, viewer: Cart) -> Cart:
    return replace(viewer, lines=(replace(line, quantity=1),), shipping=())
