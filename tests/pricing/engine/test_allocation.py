"""Splitting: to the cent, floors respected, funders exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.allocation import funded, split, split_within
from pricing.engine.money import portion, price_of_units
from tests.pricing.engine.builders import cart_of, goods, price, reason_of, reduction, share_sums

AMOUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=8)


@pytest.mark.req("PRC-03")
@pytest.mark.parametrize(
    ("amount_cents", "weights", "shares"),
    [
        (5000, [10_000, 10_000, 10_000], [1667, 1667, 1666]),
        (5000, [12_000, 18_000], [2000, 3000]),
        (1, [1, 2], [0, 1]),
        (2, [1, 3], [0, 2]),
        (1, [1, 1], [1, 0]),
        (100, [0, 0], [0, 0]),
        (100, [0, 5], [0, 100]),
    ],
)
def test_the_missing_cents_go_by_largest_fraction_then_weight_then_place(amount_cents, weights, shares):
    assert split(amount_cents, weights) == shares


@pytest.mark.req("PRC-03")
@given(AMOUNTS, st.integers(0, 10_000))
def test_a_split_is_exact_and_within_a_cent_of_the_true_share(weights, amount_cents):
    shares, total = split(amount_cents, weights), sum(weights)
    assert sum(shares) == (amount_cents if total else 0)
    if total:
        assert all(
            abs(share * total - amount_cents * weight) < total for share, weight in zip(shares, weights, strict=True)
        )


@pytest.mark.req("PRC-03", "CAM-14")
def test_a_fixed_amount_moves_from_a_line_at_its_floor_to_the_others():
    cart = cart_of(goods("A", 5000, floor_cents=4500), goods("B", 2000, 3))
    quote = price(cart, reduction("campaign:1", 11_000, 2500))
    assert share_sums(quote) == [500, 2000]


@pytest.mark.req("CAM-14")
def test_what_nobody_can_carry_is_not_given():
    cart = cart_of(goods("A", 5000, floor_cents=4500))
    assert price(cart, reduction("campaign:1", 5000, 2500)).total_cents == 4500
    at_floor = price(cart_of(goods("A", 5000, floor_cents=6000)), reduction("campaign:1", 5000, 2500))
    assert at_floor.total_cents == 5000
    assert reason_of(at_floor, "campaign:1") == ("floor", {})


@pytest.mark.req("PRC-03")
@given(AMOUNTS, st.integers(0, 30_000), st.data())
def test_a_fixed_amount_uses_all_room_there_is_and_no_more(weights, amount_cents, data):
    rooms = [data.draw(st.integers(0, weight)) for weight in weights]
    shares = split_within(min(amount_cents, sum(weights)), weights, rooms, fixed=True)
    assert all(0 <= share <= room for share, room in zip(shares, rooms, strict=True))
    assert sum(shares) == min(amount_cents, sum(rooms))


@pytest.mark.req("PRC-03")
def test_a_rate_is_cut_at_the_floor_and_not_moved():
    assert split_within(1000, [5000, 5000], [100, 5000], fixed=False) == [100, 500]


@pytest.mark.req("PRC-03", "ANA-05")
@given(AMOUNTS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_three_funders_are_exact_by_line_and_in_total_and_never_negative(shares, first_bp, second_bp):
    second_bp = min(second_bp, 10_000 - first_bp)
    parts = funded(shares, (("platform", first_bp), ("s1", second_bp), ("s2", 10_000 - first_bp - second_bp)))
    assert [sum(line) for line in zip(*parts, strict=True)] == shares
    assert min(min(part) for part in parts) >= 0
    assert sum(parts[0]) == portion(sum(shares), first_bp)


@pytest.mark.parametrize(("amount_cents", "rate_bp", "expected"), [(9999, 2000, 2000), (5, 1000, 1), (4, 1000, 0)])
def test_a_portion_rounds_half_up(amount_cents, rate_bp, expected):
    assert portion(amount_cents, rate_bp) == expected


@given(st.integers(0, 10**6), st.integers(1, 50))
def test_units_cost_together_what_the_line_costs(net_cents, quantity):
    upto = [price_of_units(net_cents, quantity, units) for units in range(quantity + 1)]
    assert (upto[0], upto[-1]) == (0, net_cents)
    assert upto == sorted(upto)
