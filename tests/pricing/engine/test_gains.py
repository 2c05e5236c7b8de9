"""Nearest gains: who buys what is missing gets what was promised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.document import CartDocument, price_document
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from pricing.engine.pieces import GroupBenefit
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, reduction, skus
from tests.pricing.engine.plain.benefits import GIVERS
from tests.pricing.engine.random_carts import random_document

pytestmark = pytest.mark.req("PRC-04")

CHEAP = cart_of(goods("A", 5000))
OF_CERTAIN_GOODS = {
    "units_off",
    "sku_amount_off",
    "bulk_unit_price",
    "graduated_unit_price",
    "bundle_price",
    "exchange",
}


def gain_of(quote):
    """Return (missing cents, missing pieces, gain) of the only gain."""
    (gain,) = quote.nearest_gains
    return gain.missing_cents, gain.missing_pieces, gain.gain_cents


def test_what_a_floor_keeps_back_is_not_promised():
    deal = reduction("campaign:1", 10_000, 3000)
    low, full = goods("A", 9000, floor_cents=8900), goods("B", 1000)
    assert gain_of(price(cart_of(low), deal)) == (1000, 0, 1100)
    assert price(cart_of(low, full), deal).discount_cents == 1100


def test_a_floor_keeps_the_next_tier_lower_too():
    tiers = [{"threshold_cents": 9000, "off_cents": 50}, {"threshold_cents": 10_000, "off_cents": 3000}]
    deal = offer("campaign:1", "spend_tiers", {"tiers": tiers})
    assert gain_of(price(cart_of(goods("A", 9000, floor_cents=8900)), deal)) == (1000, 0, 1050)


def test_goods_at_a_set_price_are_promised_by_the_unit_and_only_those_that_are_there():
    deal = offer(
        "campaign:1",
        "fixed_price",
        {"price_cents": 600},
        layer=Layer.ITEM,
        conditions=(("min_spend", {"threshold_cents": 10_000}),),
    )
    assert gain_of(price(cart_of(goods("A", 1000, 4)), deal)) == (6000, 0, 4 * 400)
    assert price(cart_of(goods("A", 1000, 4)), replace(deal, paused=True)).nearest_gains == ()


def test_an_amount_and_pieces_that_are_both_missing_are_both_told():
    both = (("min_spend", {"threshold_cents": 10_000}), ("min_quantity", {"pieces": 3}))
    quote = price(CHEAP, offer("campaign:1", "amount_off", {"off_cents": 1000}, conditions=both))
    assert gain_of(quote) == (5000, 2, 1000)
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 5000, "missing_pieces": 2})
    assert str(quote.not_applied[0].reason.message) == "5000 and 2 pieces more and it applies."


def test_the_higher_of_two_thresholds_is_told():
    deal = reduction("campaign:1", 20_000, 3000, conditions=(("min_spend", {"threshold_cents": 10_000}),))
    quote = price(CHEAP, deal)
    assert gain_of(quote) == (15_000, 0, 3000)
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 15_000})


@pytest.mark.parametrize(
    ("condition", "missing"),
    [
        (("min_spend", {"threshold_cents": 700, "scope": {"skus": ["B"]}}), (700, 0)),
        (("min_quantity", {"pieces": 2, "scope": {"skus": ["B"]}}), (0, 2)),
        (("cart_contains", {"pieces": 3, "scope": {"skus": ["B"]}}), (0, 3)),
    ],
)
def test_goods_that_a_condition_counts_are_named_where_they_are_missing(condition, missing):
    deal = offer("campaign:1", "amount_off", {"off_cents": 1000}, scope=skus("A"), conditions=(condition,))
    quote = price(CHEAP, deal)
    assert gain_of(quote) == (*missing, 1000)
    assert quote.nearest_gains[0].scope == skus("B")


def test_what_the_offer_takes_itself_needs_no_name():
    assert price(CHEAP, reduction("campaign:1", 10_000, 1000)).nearest_gains[0].scope is None


def test_goods_of_two_kinds_that_are_missing_are_no_single_purchase():
    counted = ("min_quantity", {"pieces": 2, "scope": {"skus": ["B"]}})
    deal = reduction("campaign:1", 10_000, 1000, conditions=(counted,))
    quote = price(CHEAP, deal)
    assert quote.nearest_gains == ()
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 2})


def test_the_nearest_gains_come_first():
    near = reduction("campaign:2", 6000, 100)
    far, more = reduction("campaign:1", 9000, 900, owner="s1"), reduction("campaign:3", 6000, 200, owner="s1")
    assert [gain.offer for gain in price(CHEAP, near, far, more).nearest_gains] == [
        "campaign:3",
        "campaign:2",
        "campaign:1",
    ]


@given(st.integers(0, 10**9))
def test_a_gain_comes_true_for_whoever_buys_exactly_what_is_missing(seed):
    whole = random_document(seed)
    for alone in whole.offers:
        if makes_simple_promises(alone):
            document = replace(whole, offers=(alone,))
            for gain in price_document(document).nearest_gains:
                if richer := bought(document, gain):
                    given = [row.discount_cents for row in price_document(richer).applied]
                    assert sum(given) >= gain.now_cents + gain.gain_cents


def makes_simple_promises(alone: Offer) -> bool:
    """Tell whether any goods of its scope will do, nothing else bounds it, and no higher tier gives less.

    Item offers are apart: goods on which they save nothing do not count for them.
    """
    bounded = alone.limited_units or alone.limited_uses or alone.budgeted
    of_certain_lines = any(rule.CODE == "line_quantity" for rule in alone.conditions)
    of_certain_goods = alone.benefit.CODE in OF_CERTAIN_GOODS or getattr(alone.benefit, "get_scope", None) is not None
    mixed = len({getattr(tier, "rate_bp", None) is None for tier in getattr(alone.benefit, "tiers", ())}) > 1
    known = alone.benefit.CODE in GIVERS and alone.layer is not Layer.ITEM
    return known and not (bounded or of_certain_lines or of_certain_goods or mixed)


def bought(document: CartDocument, gain) -> CartDocument | None:
    """Return the document with one more line, of what is missing and no more; None if the cart has no such goods.

    Which pieces are reduced is a matter of their prices: so floors are only looked at where an amount is missing, and
    not where that would be an unknown number of pieces.
    """
    (alone,) = document.offers
    scope = gain.scope or alone.scope
    own = [line for line in document.cart.lines if line.discountable and alone.owner in ("platform", line.shop)]
    alike = [line for line in own if scope.meets(line)]
    some_floor = gain.missing_pieces and any(line.floor_cents for line in own)
    some_pieces = gain.missing_cents and isinstance(alone.benefit, GroupBenefit)
    if not alike or some_floor or some_pieces or scope != Scope(**_codes(scope)):
        return None
    pieces = gain.missing_pieces or 1
    cheapest = min(line.list_cents for line in alike)
    unit_cents = max(cheapest if gain.missing_pieces else 0, -(-gain.missing_cents // pieces))
    known = {(line.shop, line.sku, line.list_cents) for line in document.cart.lines}
    while (alike[0].shop, alike[0].sku, unit_cents) in known:
        unit_cents += 1
    more = replace(alike[0], key="more", list_cents=unit_cents, quantity=pieces, floor_cents=0)
    return replace(document, cart=replace(document.cart, lines=(*document.cart.lines, more)))


def _codes(scope: Scope) -> dict:
    """Return what a scope says of codes, without its range of list prices."""
    return {name: getattr(scope, name) for name in scope.__slots__ if not name.endswith("_list_cents")}
