"""Offers on several pieces: exact figures, who carries the discount, and bounds that hold."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.refund import HeldLine, after_return, refund_units
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Lines
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, share_sums
from tests.pricing.engine.random_carts import PRICES, SKUS, random_multi, random_reduction

HALF = {"every": 2, "rate_bp": 5000}


def deal(rule, params, **other):
    return offer("campaign:1", rule, params, layer=Layer.MULTI, **other)


def gains_of(quote):
    return [(gain.missing_pieces, gain.gain_cents) for gain in quote.nearest_gains]


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("quantity", "total_cents", "gains"),
    [(1, 10_000, [(1, 5000)]), (2, 15_000, [(2, 5000)]), (3, 25_000, [(1, 5000)]), (4, 30_000, [(2, 5000)])],
)
@pytest.mark.parametrize("owner", [PLATFORM, "s1"])
def test_second_piece_at_half_price(quantity, total_cents, gains, owner):
    quote = price(cart_of(goods("A", 10_000, quantity)), deal("nth_unit_off", HALF, owner=owner))
    assert quote.total_cents == total_cents
    assert gains_of(quote) == gains
    if quantity == 1:
        assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 1})


@pytest.mark.req("CAM-02", "PRC-03")
def test_second_piece_at_half_price_reduces_the_cheaper_one_and_both_carry_it():
    quote = price(cart_of(goods("A", 10_000), goods("B", 6000)), deal("nth_unit_off", HALF))
    assert (quote.total_cents, share_sums(quote)) == (13_000, [1875, 1125])


@pytest.mark.req("CAM-02", "PRC-05")
def test_two_pieces_refunded_singly_come_back_at_75_each():
    (line,) = price(cart_of(goods("A", 10_000, 2)), deal("nth_unit_off", HALF)).lines
    held = HeldLine(2, 20_000, tuple(share.cents for share in line.shares))
    assert refund_units(held, 1).refund_cents == 7500
    assert refund_units(after_return(held, 1), 1).refund_cents == 7500


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("more", "shares"),
    [
        ({}, [909, 0, 0, 91]),
        ({"pick": "dearest"}, [5556, 4444, 0, 0]),
        ({"within_groups": True}, [4444, 3556, 0, 0]),
    ],
)
def test_who_is_picked_and_who_carries_it(more, shares):
    lines = (goods("A", 10_000, 1), goods("B", 8000), goods("C", 2000), goods("D", 1000))
    quote = price(cart_of(*lines), deal("nth_unit_off", {"every": 2, "rate_bp": 10_000, "max_times": 1} | more))
    assert share_sums(quote) == shares


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("quantity", "total_cents", "gains"),
    [
        (2, 20_000, [(2, 10_000)]),
        (3, 30_000, [(1, 10_000)]),
        (4, 30_000, [(4, 10_000)]),
        (8, 60_000, [(4, 10_000)]),
    ],
)
def test_buy_three_get_one_with_all_four_in_the_cart(quantity, total_cents, gains):
    quote = price(cart_of(goods("A", 10_000, quantity)), deal("buy_get", {"buy": 3, "get": 1}))
    assert (quote.total_cents, gains_of(quote)) == (total_cents, gains)
    if quantity == 3:
        assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 1})


@pytest.mark.req("CAM-02", "PRC-03")
def test_the_pieces_that_are_got_carry_the_discount_alone():
    cart = cart_of(goods("A", 10_000, 2), goods("B", 4000, 2), goods("C", 1000))
    assert share_sums(price(cart, deal("buy_get", {"buy": 1, "get": 1}))) == [10_000, 4000, 0]
    assert share_sums(price(cart, deal("buy_get", {"buy": 1, "get": 1, "rate_bp": 5000, "max_times": 1}))) == [
        5000,
        0,
        0,
    ]
    assert share_sums(price(cart, deal("buy_get", {"buy": 2, "get": 2}))) == [0, 8000, 0]


@pytest.mark.req("CAM-02", "PRC-03")
def test_any_three_for_a_price_groups_the_dearest_first_and_never_raises():
    cart = cart_of(goods("A", 5000, 2), goods("B", 4000, 2), goods("C", 1000, 3))
    quote = price(cart, deal("any_n_for_price", {"pieces": 3, "price_cents": 9900}))
    assert (quote.discount_cents, share_sums(quote)) == (4100, [2929, 1171, 0])
    quote = price(cart, deal("any_n_for_price", {"pieces": 3, "price_cents": 5000}))
    assert quote.discount_cents == 9000 + 1000
    assert share_sums(quote) == [5000, 4000, 1000]


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("params", "shares"),
    [
        ({"off_cents": 2000}, [2222, 1778, 0]),
        ({"off_cents": 6000, "pick": "cheapest", "max_times": 1}, [0, 4000, 1000]),
        ({"rate_bp": 1000}, [1000, 800, 0]),
        ({"rate_bp": 1000, "pick": "cheapest"}, [500, 800, 100]),
        ({"piece_off_cents": 4500}, [9000, 8000, 0]),
        ({"piece_off_cents": 4500, "max_times": 1}, [9000, 0, 0]),
        ({"piece_price_cents": 4500}, [1000, 0, 0]),
        ({"piece_price_cents": 500, "pick": "cheapest", "max_times": 1}, [0, 3500, 500]),
    ],
)
def test_any_two_pieces_are_reduced_together_or_each(params, shares):
    cart = cart_of(goods("A", 5000, 2), goods("B", 4000, 2), goods("C", 1000))
    assert share_sums(price(cart, deal("any_n_off", {"pieces": 2} | params))) == shares


@pytest.mark.req("CAM-02", "PRC-03")
def test_the_cheapest_pieces_for_a_price_leave_the_dearest_as_they_are():
    cart = cart_of(goods("A", 6000, 2), goods("B", 3000))
    params = {"pieces": 2, "price_cents": 5000, "max_times": 1, "pick": "cheapest"}
    quote = price(cart, deal("any_n_for_price", params))
    assert (quote.total_cents, share_sums(quote)) == (11_000, [2667, 1333])


@pytest.mark.req("CAM-02", "PRC-04")
def test_one_piece_missing_for_any_three_is_told_with_its_gain():
    quote = price(cart_of(goods("A", 5000, 2)), deal("any_n_for_price", {"pieces": 3, "price_cents": 9900}))
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 1})
    assert gains_of(quote) == [(1, 5100)]


@pytest.mark.req("CAM-02")
def test_a_line_of_a_million_pieces_is_counted_in_runs():
    quote = price(cart_of(goods("A", 3, 1_000_000), goods("B", 5, 7)), deal("nth_unit_off", HALF))
    assert quote.discount_cents == 750_005


@pytest.mark.req("PRC-02")
@given(st.integers(0, 10**9), st.sampled_from([random_multi, random_reduction]))
def test_the_bound_holds_on_every_part_and_at_every_lower_price(seed, random_rule):
    random = Random(seed)
    benefit = load_benefit(*random_rule(random))
    units = [random.choice(PRICES) for _ in range(random.randint(1, 4))]
    quantities = [random.randint(1, 5) for _ in units]
    chosen = tuple(random.choice(SKUS) for _ in units)
    whole = _lines([unit * pieces for unit, pieces in zip(units, quantities, strict=True)], quantities, chosen)
    left = [random.randint(0, pieces) for pieces in quantities]
    nets = [
        unit * pieces if random.random() < 0.7 else random.randint(0, unit * pieces)
        for unit, pieces in zip(units, left, strict=True)
    ]
    kept = [place for place, pieces in enumerate(left) if pieces]
    part = _lines([nets[p] for p in kept], [left[p] for p in kept], tuple(chosen[p] for p in kept))
    if random.random() < 0.3:  # thresholds on list prices
        part = part._replace(bases=tuple(units[p] * left[p] for p in kept))
    off, charges = benefit.off(part), benefit.at_most_by_line(whole)
    assert 0 <= off.cents <= benefit.at_most_cents(whole)
    assert off.cents <= sum(charges[place] for place in kept)
    weights = part.nets if off.weights is None else off.weights
    assert all(weight <= net for weight, net in zip(weights, part.nets, strict=True))
    assert off.cents <= sum(weights)
    assert bool(benefit.unmet(part)) <= (off.cents == 0)


def _lines(nets, quantities, chosen):
    return Lines(
        nets=tuple(nets),
        bases=tuple(nets),
        quantities=tuple(quantities),
        goods=tuple(goods(sku, 1, categories=frozenset({f"cat-{sku in 'ab'}"})) for sku in chosen),
    )
