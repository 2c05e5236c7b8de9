"""Cart -> Quote: gathers offers and facts in a constant number of queries and calls the engine.

Everything that shows or charges a price comes through here.
"""

from dataclasses import replace
from datetime import datetime

from coupons.selectors.wallet import held_coupons
from pricing.engine.choices import Choices
from pricing.engine.quote import Quote
from storefront.audiences import told_audiences
from storefront.book_pages import current_book
from storefront.facts import facts_for
from storefront.models import Cart
from storefront.price_tags import price_skus, tags_of
from storefront.priced import Priced
from storefront.selectors.availability import left_for
from storefront.selectors.cart import lines_of
from storefront.selectors.catalogue import is_buyable
from storefront.sharing_gifts import price_with_gifts
from storefront.shown import remember
from storefront.wanted import Wanted

__all__ = [
    "Wanted",
    "current_book",
    "price_cart_row",
    "price_for_checkout",
    "price_skus",
    "price_wanted",
    "quote_cart",
    "tags_of",
]

BEST_COUPONS = Choices()


def quote_cart(*, cart: Cart, at: datetime, choices: Choices | None = None) -> Quote:
    """Price the buyable lines of a cart for its owner at a moment, with the coupons picked in it."""
    return price_cart_row(cart=cart, at=at, choices=choices).quote


def price_cart_row(*, cart: Cart, at: datetime, choices: Choices | None = None) -> Priced:
    """`quote_cart`, with everything that shows or stores the quote.

    Lines that may not be bought stay out, and those that ask for more pieces than are left.
    """
    units = [(line.sku, line.quantity) for line in lines_of(cart) if is_buyable(line)]
    choices, short = choices_in(cart) if choices is None else choices, {}
    while True:
        there = tuple((sku, count) for sku, count in units if sku.code not in short)
        wanted = Wanted(units=there, customer=cart.customer, at=at, region=cart.region)
        priced = price_wanted(wanted, choices=choices)
        if not (found := left_for(there, priced)):
            return replace(priced, short=short)
        short |= found  # without them a campaign may take fewer of the others: look again


def price_for_checkout(*, cart: Cart, at: datetime) -> Priced:
    """`price_cart_row` for the page where the shopper agrees: what is shown is remembered for its fingerprint."""
    priced = price_cart_row(cart=cart, at=at)
    remember(priced)
    return priced


def price_wanted(wanted: Wanted, *, choices: Choices = BEST_COUPONS) -> Priced:
    """Price units of SKUs without a cart row: product pages, previews."""
    page = current_book(at=wanted.at)
    cart = told_audiences(page, wanted.cart, wanted.customer)
    coupons = held_coupons(customer=wanted.customer, at=wanted.at, picked=_picked_in(choices))
    facts = facts_for(page, lines=cart.lines, customer=wanted.customer, coupons=coupons, at=wanted.at)
    facts, quote = price_with_gifts(cart, page, facts, choices)
    return Priced(cart, page, facts, choices, quote)


def _picked_in(choices: Choices) -> list[int]:
    """The ids of the coupons that were picked: each is told to the engine, also where an equal one would do."""
    return [int(coupon.partition(":")[2]) for coupon in choices.coupons or ()]


def choices_in(cart: Cart) -> Choices:
    """Return the choices stored in a cart: no list of coupons means the best ones."""
    picked = cart.picked_coupons
    return Choices(
        coupons=None if picked is None else frozenset(f"coupon:{pk}" for pk in picked),
        gifts=frozenset((offer, sku) for offer, skus in cart.picked_gifts.items() for sku in skus),
    )
