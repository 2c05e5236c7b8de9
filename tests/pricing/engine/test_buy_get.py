"""Buy some goods, get others: what counts as bought, what is got, and who carries it."""

import pytest

from pricing.engine.layers import Layer
from pricing.engine.scope import EVERYTHING, Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, skus

HATS = {"categories": ["hat"]}


def hat(key, list_cents, quantity=1):
    return goods(key, list_cents, quantity, categories=frozenset({"hat"}))


def deal(scope=EVERYTHING, **params):
    named = {"buy": 2, "get": 1, "get_scope": HATS} | params
    return offer("campaign:1", "buy_get", named, layer=Layer.MULTI, scope=scope)


def shares_of(quote):
    return {line.sku: sum(share.cents for share in line.shares) for line in quote.lines if line.shares}


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("params", "shares"),
    [
        ({}, {"H1": 1000}),
        ({"buy": 1}, {"H1": 1000, "H2": 3000}),
        ({"buy": 1, "max_times": 1}, {"H1": 1000}),
        ({"get": 3}, {"H1": 1000, "H2": 3000, "H3": 4000}),
        ({"get": 3, "max_pieces": 2}, {"H1": 1000, "H2": 3000}),
        ({"get": 9}, {"H1": 1000, "H2": 3000, "H3": 4000}),
        ({"get": 2, "rate_bp": 5000}, {"H1": 500, "H2": 1500}),
        ({"get": 2, "off_cents": 1200}, {"H1": 1000, "H2": 1200}),
    ],
)
def test_the_cheapest_of_the_other_goods_are_reduced_and_carry_it_alone(params, shares):
    cart = cart_of(goods("A", 10_000, 2), hat("H1", 1000), hat("H2", 3000), hat("H3", 4000))
    assert shares_of(price(cart, deal(**params))) == shares


@pytest.mark.req("CAM-02")
def test_what_is_to_be_got_never_counts_as_bought():
    quote = price(cart_of(goods("A", 10_000), hat("H1", 1000, 5)), deal())
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 1})


@pytest.mark.req("CAM-02", "CAM-07")
def test_the_goods_to_get_take_part_where_only_those_to_buy_were_chosen():
    quote = price(cart_of(goods("A", 10_000, 2), goods("B", 10_000, 2), hat("H1", 1000)), deal(scope=skus("A")))
    assert shares_of(quote) == {"H1": 1000}
    assert quote.applied[0].lines == ("s1/A/10000", "s1/H1/1000")


@pytest.mark.req("CAM-02", "CAM-07")
def test_goods_to_get_that_are_left_out_by_the_same_name_are_left_out_of_what_is_bought_only():
    all_but_hats = Scope(everything=True, excluded_categories=frozenset({"hat"}))
    quote = price(cart_of(goods("A", 10_000, 2), hat("H1", 1000)), deal(scope=all_but_hats))
    assert shares_of(quote) == {"H1": 1000}


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ((goods("A", 10_000, 2),), 1),
        ((goods("A", 10_000),), 2),
        ((hat("H1", 1000),), 2),
        ((goods("A", 10_000), hat("H1", 1000)), 1),
    ],
)
def test_the_pieces_missing_on_both_sides_are_told(lines, missing):
    quote = price(cart_of(*lines), deal())
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": missing})


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("lines", "params", "gains"),
    [
        ((goods("A", 10_000), hat("H1", 1000)), {}, [(1, 1000)]),
        ((goods("A", 10_000, 2), hat("H1", 1000)), {}, [(3, 1000)]),
        ((goods("A", 10_000, 2), hat("H1", 1000, 2)), {}, [(2, 1000)]),
        ((goods("A", 10_000, 4), hat("H1", 1000)), {}, [(1, 1000)]),
        ((goods("A", 10_000, 2), hat("H1", 1000)), {"max_times": 1}, []),
        ((goods("A", 10_000, 2), hat("H1", 1000)), {"max_pieces": 1}, []),
        ((goods("A", 10_000, 2),), {}, []),
    ],
)
def test_the_gain_of_the_next_step_is_told(lines, params, gains):
    quote = price(cart_of(*lines), deal(**params))
    assert [(gain.missing_pieces, gain.gain_cents) for gain in quote.nearest_gains] == gains


@pytest.mark.req("CAM-02", "PRC-03")
def test_an_amount_off_each_piece_of_the_same_goods():
    same = offer("campaign:1", "buy_get", {"buy": 1, "get": 1, "off_cents": 3000}, layer=Layer.MULTI)
    quote = price(cart_of(goods("A", 10_000, 2), goods("B", 4000, 2), goods("C", 1000)), same)
    assert shares_of(quote) == {"A": 3000, "B": 3000}
