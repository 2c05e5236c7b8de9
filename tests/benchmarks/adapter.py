"""The workload as the engine sees it: `prepare` compiles promotions, `quote` prices a cart, `check` adds up its cents.

A quote writes its lines and reasons when they are read: `quote` reads them all, `total` reads none.

Every promotion admits every other on its lines, unless it is exclusive; the layers decide what is computed first.
"""

from datetime import UTC, datetime

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine, ShippingFee
from pricing.engine.layers import PLATFORM, TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import price_cart
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import EVERYTHING, Scope

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
SHOP = "shop"


def prepare(promotions):
    """Return the compiled book of the workload's promotions."""
    return compile_book(offer_of(row) for row in promotions)


def quote(book, cart, mode="best_price"):
    """Return the whole Quote of a cart: one of the workload's, or one that `cart_of` made of it before."""
    found = price_cart(cart if isinstance(cart, Cart) else cart_of(cart), book, mode=mode)
    assert found.lines is not found.not_applied, "both are written now, and all that comes with them"
    return found


def total(book, cart, mode="best_price"):
    """Return what a cart costs, in cents; the rest of the Quote is not read."""
    return price_cart(cart, book, mode=mode).total_cents


def check(found, cart):
    """Assert that the cents of a quote add up: by line, by offer and in total."""
    off_by_offer = {}
    for line in [*found.lines, *found.shipping]:
        for share in line.shares:
            off_by_offer[share.offer] = off_by_offer.get(share.offer, 0) + share.cents
    for line in found.lines:
        list_cents = line.list_cents * line.quantity
        assert 0 <= line.net_cents == list_cents - sum(share.cents for share in line.shares)
    for fee in found.shipping:
        assert 0 <= fee.net_cents == fee.fee_cents - sum(share.cents for share in fee.shares)
    assert {row.offer: row.discount_cents for row in found.applied} == off_by_offer
    assert found.list_cents == sum(line["price"] * line["qty"] for line in cart["lines"])
    assert found.discount_cents == sum(share.cents for line in found.lines for share in line.shares)
    assert found.total_cents == found.list_cents - found.discount_cents + found.shipping_cents


def cart_of(cart):
    """Return a cart of the workload, all of one shop."""
    lines = tuple([_line_of(row) for row in cart["lines"]])
    return Cart(lines=lines, at=NOON, shipping=(ShippingFee(SHOP, cart["shipping"]),))


def _line_of(row):
    product = str(row["product"])
    return CartLine(
        key=product,
        shop=SHOP,
        sku=product,
        product=product,
        list_cents=row["price"],
        quantity=row["qty"],
        categories=frozenset({str(row["category"])}),
    )


def offer_of(row):
    """Return the offer of a promotion."""
    layer, benefit, params = _RULES[row["kind"]](row)
    floor = {"threshold_cents": row["threshold"]}
    shipping = layer is Layer.SHIPPING
    return Offer(
        id=f"campaign:{row['id']:05d}",
        name=row["kind"],
        layer=layer,
        owner=PLATFORM,
        benefit=load_benefit(benefit, params),
        scope=Scope(categories=frozenset(map(str, row["categories"]))) if row["categories"] else EVERYTHING,
        conditions=(load_condition("min_spend", floor),) if shipping else (),
        priority=row["priority"],
        combines_with=TERMS,
        exclusive="lines" if row["exclusive"] and not shipping else "none",
    )


def _amount_off(row):
    return Layer.ORDER, "spend_tiers", {"tiers": [{"threshold_cents": row["threshold"], "off_cents": row["value"]}]}


def _rate_off(row):
    return Layer.ORDER, "percent_off", {"rate_bp": row["value"] * 100}


def _second_at_half(row):
    return Layer.MULTI, "nth_unit_off", {"every": row["n"], "rate_bp": 5000}


def _three_for_two(row):
    """One in three of all pieces is free, the cheapest of all of them."""
    return Layer.MULTI, "nth_unit_off", {"every": row["n"], "rate_bp": 10_000}


def _free_shipping(row):
    return Layer.SHIPPING, "free_shipping", {}


_RULES = {
    "threshold_off": _amount_off,
    "pct_category": _rate_off,
    "nth_half": _second_at_half,
    "three_for_two": _three_for_two,
    "free_shipping": _free_shipping,
}
