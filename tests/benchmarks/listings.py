"""A listing: 1,000 SKUs, 50 offers as shops set them up, one viewer with coupons.

Of the workload's promotions the rates on categories are item offers and every other amount off is a coupon; a SKU takes
part in one offer of a layer. Half of the coupons are held, the others could be claimed.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import TERMS, Layer
from pricing.engine.prices import UnitPrices, from_cents, price_many, tag_cents, with_coupon_cents
from tests.benchmarks.adapter import NOON, SHOP, offer_of
from tests.benchmarks.workload import CATEGORIES, promotions

SKUS, OFFERS = 1000, 50
VIEWER = Cart(lines=(), at=NOON)
DAY = timedelta(days=1)


def listing():
    """Return (lines, offers, facts)."""
    offers = [_usual(row) for row in promotions(OFFERS)]
    templates = [offer.id for offer in offers if offer.layer is Layer.COUPON]
    coupons = tuple(
        HeldCoupon(f"coupon:{number}", template, NOON - DAY, NOON + DAY, held=number % 2 == 0)
        for number, template in enumerate(templates)
    )
    return _lines(), offers, Facts(coupons=coupons)


def first_view(lines, offers, facts):
    """Return the prices as a new book finds them."""
    return price_many(lines, VIEWER, compile_book(offers), facts)


def one_by_one(line, book, facts):
    """Return the three prices of one SKU, each by a quote of its own."""
    return UnitPrices(*[price(line, VIEWER, book, facts) for price in (tag_cents, from_cents, with_coupon_cents)])


def _lines():
    random = Random(4)
    return [_line(str(number), random.randrange(199, 19_999)) for number in range(SKUS)]


def _line(sku, list_cents):
    category = frozenset({str(int(sku) % CATEGORIES + 1)})
    return CartLine(sku, SHOP, sku, sku, list_cents, quantity=1, categories=category)


def _usual(row):
    offer = offer_of(row)
    layer = offer.layer
    if row["kind"] == "pct_category":
        layer = Layer.ITEM
    elif row["kind"] == "threshold_off" and row["id"] % 2:
        layer = Layer.COUPON
    moved = replace(offer, layer=layer)
    return replace(moved, combines_with=TERMS - {moved.term})
