"""Unit prices by quantity, off some pieces, an amount off each product: exact figures and bounds that hold."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.errors import WrongParams
from pricing.engine.facts import Facts
from pricing.engine.layers import TERMS, Layer
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Lines
from tests.pricing.engine.builders import cart_of, goods, held, offer, price, reason_of, share_sums, skus
from tests.pricing.engine.random_carts import PRICES
from tests.pricing.engine.random_units import random_units

HAMMERS = [{"from_pieces": start, "price_cents": cents} for start, cents in ((1, 2000), (11, 1700), (21, 1500))]
HELD = Facts(coupons=(held("coupon:1", "template:1"),))
PAIR = [{"from_pieces": 2, "price_cents": 800}]


def deal(rule, params, **other):
    return offer("campaign:1", rule, params, layer=Layer.MULTI, **other)


def gains_of(quote):
    return [(gain.missing_pieces, gain.gain_cents) for gain in quote.nearest_gains]


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("quantity", "total_cents", "gains"),
    [(10, 20_000, []), (11, 18_700, [(10, 7200)]), (14, 23_800, [(7, 6300)]), (20, 34_000, [(1, 4500)])],
)
def test_all_pieces_get_the_unit_price_that_their_number_reaches(quantity, total_cents, gains):
    quote = price(cart_of(goods("A", 2000, quantity)), deal("bulk_unit_price", {"tiers": HAMMERS}))
    assert (quote.total_cents, gains_of(quote)) == (total_cents, gains)


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize(
    ("quantity", "total_cents", "gains"),
    [(10, 20_000, []), (11, 21_700, [(10, 3200)]), (20, 37_000, [(1, 500)]), (23, 41_500, [])],
)
def test_each_piece_gets_the_price_of_its_own_step(quantity, total_cents, gains):
    quote = price(cart_of(goods("A", 2000, quantity)), deal("graduated_unit_price", {"tiers": HAMMERS}))
    assert (quote.total_cents, gains_of(quote)) == (total_cents, gains)


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(("quantity", "off_cents"), [(1, 113), (2, 324), (10, 2012)])
def test_the_first_piece_may_get_less_off_than_each_further_one(quantity, off_cents):
    tiers = [{"from_pieces": 1, "off_cents": 113}, {"from_pieces": 2, "off_cents": 211}]
    quote = price(cart_of(goods("A", 2000, quantity)), deal("graduated_unit_price", {"tiers": tiers}))
    assert quote.discount_cents == off_cents


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(("over_all", "shares"), [(False, [2012, 324]), (True, [2012, 0])])
def test_steps_may_end_with_a_piece(over_all, shares):
    tiers = [{"from_pieces": 1, "off_cents": 113}, {"from_pieces": 2, "off_cents": 211}]
    rule = {"tiers": tiers, "max_pieces": 10, "over_all": over_all}
    cart = cart_of(goods("A", 2000, 11), goods("B", 1000, 2))
    assert share_sums(price(cart, deal("graduated_unit_price", rule))) == shares


@pytest.mark.req("CAM-02")
def test_a_rate_by_steps_is_rounded_by_the_piece():
    tiers = [
        {"from_pieces": 1, "rate_bp": 1000},
        {"from_pieces": 2, "rate_bp": 2000},
        {"from_pieces": 3, "rate_bp": 5000},
    ]
    quote = price(cart_of(goods("A", 1999, 4)), deal("graduated_unit_price", {"tiers": tiers}))
    assert quote.discount_cents == 200 + 400 + 1000 + 1000


@pytest.mark.req("PRC-03")
def test_a_unit_price_never_raises_and_the_pieces_that_become_cheaper_carry_it():
    cart = cart_of(goods("A", 1000, 2), goods("B", 700, 2), goods("C", 900))
    assert share_sums(price(cart, deal("bulk_unit_price", {"tiers": PAIR}))) == [400, 0, 0]
    assert share_sums(price(cart, deal("bulk_unit_price", {"tiers": PAIR, "over_all": True}))) == [400, 0, 100]
    cheap = price(cart_of(goods("B", 700, 2)), deal("bulk_unit_price", {"tiers": PAIR}))
    assert reason_of(cheap, "campaign:1") == ("no_effect", {})


@pytest.mark.req("PRC-03")
def test_counted_over_all_the_dearest_pieces_are_the_first_ones():
    cart = cart_of(goods("A", 1000), goods("B", 3000, 2), goods("C", 2000))
    tiers = [{"from_pieces": 3, "price_cents": 500}]
    assert share_sums(price(cart, deal("graduated_unit_price", {"tiers": tiers, "over_all": True}))) == [500, 0, 1500]


@pytest.mark.req("PRC-03")
def test_a_floor_cuts_what_the_pieces_get():
    cart = cart_of(goods("A", 1000, 2, floor_cents=950), goods("B", 1000, 2))
    assert share_sums(price(cart, deal("bulk_unit_price", {"tiers": PAIR}))) == [100, 400]


@pytest.mark.req("CAM-02", "PRC-04")
@pytest.mark.parametrize("rule", ["bulk_unit_price", "graduated_unit_price"])
def test_missing_pieces_are_those_of_the_nearest_product(rule):
    tiers = [{"from_pieces": 4, "price_cents": 500}]
    cart = cart_of(goods("A", 1000, 3), goods("B", 2000, 2))
    quote = price(cart, deal(rule, {"tiers": tiers}))
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 1})
    assert gains_of(quote) == [(1, 2000 if rule == "bulk_unit_price" else 500)]


@pytest.mark.req("PRC-01", "CAM-08")
def test_pieces_of_one_product_count_together_even_where_a_limit_has_split_its_line():
    first = offer("campaign:0", "amount_off", {"off_cents": 100}, layer=Layer.ITEM, limited_units=True)
    facts = Facts(units_left={("campaign:0", "A"): 1})
    quote = price(cart_of(goods("A", 1000, 2)), first, deal("bulk_unit_price", {"tiers": PAIR}), facts=facts)
    assert share_sums(quote) == [200, 200]
    once = price(cart_of(goods("A", 1000, 2)), first, deal("sku_amount_off", {"off_cents": 190}), facts=facts)
    assert share_sums(once) == [190, 100]


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("params", "shares"),
    [
        ({"off_cents": 1500}, [2790, 3000]),
        ({"off_cents": 1500, "max_units": 1}, [1395, 0]),
        ({"off_cents": 1500, "max_units": 3}, [2790, 1500]),
        ({"off_cents": 1500, "max_units": 1, "pick": "dearest"}, [0, 1500]),
        ({"off_cents": 1500, "max_units_per_sku": 1}, [1395, 1500]),
        ({"rate_bp": 2000, "max_units": 1}, [279, 0]),
        ({"rate_bp": 2000, "max_units": 3, "pick": "dearest"}, [279, 800]),
        ({"rate_bp": 2000, "max_units_per_sku": 1, "max_units": 1, "pick": "dearest"}, [0, 400]),
    ],
)
def test_only_so_many_pieces_are_reduced(params, shares):
    cart = cart_of(goods("A", 1395, 2), goods("B", 2000, 2))
    assert share_sums(price(cart, deal("units_off", params))) == shares
    assert share_sums(price(cart, offer("template:1", "units_off", params, layer=Layer.COUPON), facts=HELD)) == shares


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("units_off", {"off_cents": 500}, "500 off each piece"),
        ("units_off", {"rate_bp": 500, "max_units": 2}, "500 off each of the 2 cheapest pieces"),
        (
            "units_off",
            {"off_cents": 5, "max_units": 3, "max_units_per_sku": 1, "pick": "dearest"},
            "5 off each of the 3 dearest pieces, at most 1 of one product",
        ),
        (
            "units_off",
            {"off_cents": 5, "max_units_per_sku": 1, "pick": "dearest"},
            "5 off each of at most 1 pieces of one product",
        ),
        ("bulk_unit_price", {"tiers": HAMMERS}, "1500 each from 21 pieces of one product"),
        ("bulk_unit_price", {"tiers": PAIR, "over_all": True}, "800 each from 2 pieces"),
        (
            "graduated_unit_price",
            {"tiers": HAMMERS},
            "1500 each for piece 21 of one product and those after it",
        ),
        (
            "graduated_unit_price",
            {"tiers": HAMMERS, "max_pieces": 30, "over_all": True},
            "1500 each for pieces 21 to 30",
        ),
        ("sku_amount_off", {"off_cents": 500}, "500 off each product, once"),
    ],
)
def test_rules_are_said_in_words(code, params, said):
    assert str(load_benefit(code, params).describe()) == said


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    "most", [{}, {"max_units": 2}, {"max_units_per_sku": 2}, {"max_units": 2, "max_units_per_sku": 2}]
)
@pytest.mark.parametrize("worth", [{"off_cents": 5}, {"rate_bp": 5}])
@pytest.mark.parametrize("pick", ["cheapest", "dearest"])
def test_every_way_to_reduce_some_pieces_has_its_sentence(most, worth, pick):
    figures = load_benefit("units_off", {**worth, **most, "pick": pick}).describe().figures
    assert figures == worth | most


@pytest.mark.req("CAM-02")
def test_goods_that_are_reduced_already_are_left_out_by_not_admitting_their_layer():
    sale = offer("campaign:0", "percent_off", {"rate_bp": 2500}, layer=Layer.ITEM, scope=skus("A"), combines_with=TERMS)
    more = deal("units_off", {"off_cents": 1000}, combines_with=TERMS - {"item:shop", "item:platform"})
    quote = price(cart_of(goods("A", 2000), goods("B", 4000)), sale, more)
    assert [line.net_cents for line in quote.lines] == [1500, 3000]


@pytest.mark.req("CAM-02")
def test_an_amount_off_each_product_counts_once_whatever_the_pieces():
    cart = cart_of(goods("A", 1000, 3), goods("B", 400))
    assert share_sums(price(cart, deal("sku_amount_off", {"off_cents": 500}))) == [500, 400]


@pytest.mark.req("CAM-02", "PRC-03")
def test_a_price_for_everything_together_is_carried_by_net():
    one = offer("campaign:1", "fixed_price", {"price_cents": 7000})
    assert share_sums(price(cart_of(goods("A", 5000, 3), goods("B", 10_000)), one)) == [10_800, 7200]
    cheaper = price(cart_of(goods("A", 5000)), one)
    assert reason_of(cheaper, "campaign:1") == ("no_effect", {})


@pytest.mark.req("CAM-02", "PRC-04")
def test_tiers_may_begin_from_nothing_on():
    tiers = [{"threshold_cents": 0, "off_cents": 1000}, {"threshold_cents": 10_000, "off_cents": 1500}]
    quote = price(cart_of(goods("A", 5000)), offer("campaign:1", "spend_tiers", {"tiers": tiers}))
    assert quote.discount_cents == 1000
    assert [(gain.missing_cents, gain.gain_cents) for gain in quote.nearest_gains] == [(5000, 500)]
    assert str(load_benefit("spend_tiers", {"tiers": tiers[:1]}).describe()) == "1000 off"


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("code", "params", "field"),
    [
        ("bulk_unit_price", {}, "tiers"),
        ("bulk_unit_price", {"tiers": []}, "tiers"),
        ("bulk_unit_price", {"tiers": [{"price_cents": 5}]}, "tiers[0]"),
        ("bulk_unit_price", {"tiers": [{"from_pieces": 2}]}, "tiers[0]"),
        ("bulk_unit_price", {"tiers": [{"from_pieces": 2, "price_cents": 5, "rate_bp": 5}]}, "tiers[0]"),
        ("bulk_unit_price", {"tiers": [{"from_pieces": 0, "price_cents": 5}]}, "tiers[0].from_pieces"),
        ("bulk_unit_price", {"tiers": [{"from_pieces": 2, "price_cents": -1}]}, "tiers[0].price_cents"),
        ("bulk_unit_price", {"tiers": [*PAIR, {"from_pieces": 3, "rate_bp": 5}]}, "tiers"),
        ("bulk_unit_price", {"tiers": [*PAIR, {"from_pieces": 2, "price_cents": 5}]}, "tiers"),
        ("graduated_unit_price", {"tiers": [*PAIR, {"from_pieces": 3, "price_cents": 800}]}, "tiers"),
        ("graduated_unit_price", {"tiers": PAIR, "over_all": 1}, "over_all"),
        ("graduated_unit_price", {"tiers": PAIR, "max_pieces": 1}, "max_pieces"),
        ("units_off", {}, "off_cents"),
        ("units_off", {"off_cents": 5, "rate_bp": 5}, "off_cents"),
        ("units_off", {"off_cents": 5, "max_units": 0}, "max_units"),
        ("sku_amount_off", {"off_cents": 0}, "off_cents"),
    ],
)
def test_wrong_parameters_are_refused_by_name(code, params, field):
    with pytest.raises(WrongParams) as refused:
        load_benefit(code, params)
    assert refused.value.field == field


@pytest.mark.req("PRC-02")
@given(st.integers(0, 10**9))
def test_the_bound_holds_on_every_part_and_at_every_lower_price(seed):
    random = Random(seed)
    benefit = load_benefit(*random_units(random))
    chosen = [goods(random.choice("abc"), random.choice(PRICES)) for _ in range(random.randint(1, 4))]
    units = [one.list_cents for one in chosen]
    quantities = [random.randint(1, 5) for _ in units]
    whole = _lines([unit * pieces for unit, pieces in zip(units, quantities, strict=True)], quantities, chosen)
    left = [random.randint(0, pieces) for pieces in quantities]
    kept = [place for place, pieces in enumerate(left) if pieces]
    lowest = random.choice((0, 1))
    nets = [random.randint(lowest * units[place] * left[place], units[place] * left[place]) for place in kept]
    part = _lines(nets, [left[place] for place in kept], [chosen[place] for place in kept])
    off, charges = benefit.off(part), benefit.at_most_by_line(whole)
    assert 0 <= off.cents <= benefit.at_most_cents(whole)
    assert off.cents <= sum(charges[place] for place in kept)
    carried = off.weights if off.parts is None else off.parts
    assert off.parts is None or sum(off.parts) == off.cents
    assert all(0 <= part <= net for part, net in zip(carried, part.nets, strict=True))
    assert bool(benefit.unmet(part)) <= (off.cents == 0)


def _lines(nets, quantities, chosen=()):
    return Lines(nets=tuple(nets), bases=tuple(nets), quantities=tuple(quantities), goods=tuple(chosen))
