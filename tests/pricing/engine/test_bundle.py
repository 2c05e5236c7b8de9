"""Bundles: named goods together for a price, as often as whole sets are in the cart."""

import pytest

from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, share_sums

TEA = {"goods": {"TEA": 2, "CUP": 1}, "price_cents": 9900}


def bundle(params=None, **other):
    return offer("campaign:1", "bundle_price", TEA | (params or {}), layer=Layer.MULTI, **other)


def tea_and_cups(tea, cups, *more):
    lines = [goods("TEA", 5000, tea)] if tea else []
    return cart_of(*lines, *([goods("CUP", 3000, cups)] if cups else []), *more)


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("tea", "cups", "shares"),
    [
        (2, 1, [2385, 715]),
        (3, 1, [2385, 715]),
        (4, 2, [4769, 1431]),
        (5, 3, [4769, 1431]),
        (2, 9, [2385, 715]),
    ],
)
def test_each_whole_set_costs_the_price_and_its_pieces_carry_it_by_net(tea, cups, shares):
    quote = price(tea_and_cups(tea, cups), bundle())
    assert (share_sums(quote), quote.discount_cents) == (shares[::-1], sum(shares))


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("tea", "cups", "missing", "named"),
    [(1, 0, 2, "CUP + TEA"), (2, 0, 1, "CUP"), (1, 1, 1, "TEA"), (0, 3, 2, "TEA × 2")],
)
def test_what_a_set_lacks_is_told(tea, cups, missing, named):
    quote = price(tea_and_cups(tea, cups), bundle())
    figures = {"missing_pieces": missing, "missing_goods": named}
    assert reason_of(quote, "campaign:1") == ("below_threshold", figures)
    (row,) = quote.not_applied
    assert str(row.reason.message) == f"{missing} more pieces and the set is complete: {named}."


@pytest.mark.req("CAM-02", "PRC-04")
def test_the_gain_of_the_next_set_is_told_where_its_prices_are_known():
    gains = [(gain.missing_pieces, gain.gain_cents) for gain in price(tea_and_cups(1, 1), bundle()).nearest_gains]
    assert gains == [(1, 3100)]
    gains = [(gain.missing_pieces, gain.gain_cents) for gain in price(tea_and_cups(3, 2), bundle()).nearest_gains]
    assert gains == [(1, 3100)]
    assert price(tea_and_cups(2, 0), bundle()).nearest_gains == ()
    assert price(tea_and_cups(3, 2), bundle({"max_times": 1})).nearest_gains == ()


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(("tea", "cups"), [(1, 1), (3, 2)])
def test_the_gain_of_the_next_set_is_told_beside_floors(tea, cups):
    cart = cart_of(goods("TEA", 5000, tea, floor_cents=1000), goods("CUP", 3000, cups))
    gains = price(cart, bundle()).nearest_gains
    assert [(gain.missing_pieces, gain.gain_cents) for gain in gains] == [(1, 3100)]


@pytest.mark.req("CAM-02", "PRC-04")
def test_a_piece_that_only_a_condition_misses_completes_no_further_set():
    quote = price(tea_and_cups(2, 2), bundle(conditions=(("min_quantity", {"pieces": 5}),)))
    assert [(gain.missing_pieces, gain.gain_cents) for gain in quote.nearest_gains] == [(1, 3100)]


@pytest.mark.req("CAM-02")
def test_no_more_sets_than_allowed_and_no_other_goods_take_part():
    quote = price(tea_and_cups(4, 2, goods("POT", 20_000)), bundle({"max_times": 1}))
    assert quote.discount_cents == 3100
    assert quote.applied[0].lines == ("s1/CUP/3000", "s1/TEA/5000")


@pytest.mark.req("CAM-02")
def test_a_set_that_costs_less_already_stays_as_it_is():
    quote = price(tea_and_cups(2, 1), bundle({"price_cents": 13_000}))
    assert reason_of(quote, "campaign:1") == ("no_effect", {})


@pytest.mark.req("CAM-02", "PRC-03")
def test_pieces_that_an_earlier_offer_made_cheaper_come_last():
    flash = offer(
        "campaign:flash",
        "fixed_price",
        {"price_cents": 2000},
        layer=Layer.ITEM,
        limited_uses=True,
        scope=bundle().scope,
    )
    quote = price(tea_and_cups(3, 1), bundle(), flash, facts=Facts(uses_left={"campaign:flash": 1}))
    by_key = {line.key: line.net_cents for line in quote.lines}
    assert sum(by_key.values()) == 2000 + 9900


@pytest.mark.req("CAM-02")
def test_a_line_of_a_million_pieces_is_counted_in_runs():
    quote = price(cart_of(goods("TEA", 5000, 1_000_000), goods("CUP", 3000, 400_000)), bundle())
    assert quote.discount_cents == 3100 * 400_000
