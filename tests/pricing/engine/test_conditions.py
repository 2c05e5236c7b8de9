"""Conditions on tags, on other goods in the cart and on the pieces of one line."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.cart import Shopper
from pricing.engine.choices import Choices
from pricing.engine.document import document_of, parse_document, price_document
from pricing.engine.errors import WrongParams
from pricing.engine.facts import Facts
from pricing.engine.keeping import kept_document
from pricing.engine.layers import TERMS, Layer
from pricing.engine.quote import NODE_BUDGET
from pricing.engine.registry import load_condition
from pricing.engine.scope import Scope
from pricing.engine.search import best_answer
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, reduction, share_sums, skus
from tests.pricing.engine.oracle import best_by_trying, problem_of
from tests.pricing.engine.random_carts import SKUS, random_document

TEA = {"skus": ["TEA"]}


def tenth_off(*conditions, **other):
    """Return an order offer of a tenth off under these conditions."""
    return offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=conditions, **other)


@pytest.mark.req("CAM-03", "PRC-04")
@pytest.mark.parametrize(
    ("shopper", "total_cents", "reason"),
    [
        (Shopper(), 1000, ("sign_in", {"condition": "shopper_tag"})),
        (Shopper(id="1"), 1000, ("audience", {"condition": "shopper_tag"})),
        (Shopper(id="1", tags=frozenset({"tall"})), 1000, ("audience", {"condition": "shopper_tag"})),
        (Shopper(id="1", tags=frozenset({"tall", "student"})), 900, None),
        (Shopper(id="1", tags=frozenset({"nurse"})), 900, None),
    ],
)
def test_one_of_the_tags_is_enough(shopper, total_cents, reason):
    deal = tenth_off(("shopper_tag", {"tags": ["student", "nurse"]}))
    quote = price(cart_of(goods("A", 1000), shopper=shopper), deal)
    assert quote.total_cents == total_cents
    assert (reason_of(quote, "campaign:1") if quote.not_applied else None) == reason


@pytest.mark.req("CAM-05", "PRC-04")
@pytest.mark.parametrize(("pieces", "total_cents"), [(0, 1000), (1, 1500), (2, 1900), (3, 2400)])
def test_goods_in_the_cart_are_counted_and_not_taken(pieces, total_cents):
    deal = tenth_off(("cart_contains", {"scope": TEA, "pieces": 2}), scope=skus("A"))
    lines = [goods("A", 1000), *([goods("TEA", 500, pieces)] if pieces else [])]
    quote = price(cart_of(*lines), deal)
    assert quote.total_cents == total_cents
    if pieces < 2:
        figures = {"condition": "cart_contains", "missing_pieces": 2 - pieces}
        assert reason_of(quote, "campaign:1") == ("condition", figures)
        (gain,) = quote.nearest_gains
        assert (gain.missing_pieces, gain.gain_cents, gain.scope) == (2 - pieces, 100, skus("TEA"))
    else:
        assert share_sums(quote) == [100, 0]


@pytest.mark.req("CAM-05")
def test_pieces_of_several_goods_count_together_even_where_they_are_never_discounted():
    drinks = {"categories": ["drinks"]}
    deal = tenth_off(("cart_contains", {"scope": drinks, "pieces": 3}), scope=skus("A"))
    other = {"categories": frozenset({"drinks"})}
    cart = cart_of(goods("A", 1000), goods("TEA", 1, 2, discountable=False, **other), goods("MILK", 1, **other))
    assert price(cart, deal).total_cents == 903


@pytest.mark.req("CAM-06")
def test_goods_that_are_counted_stay_open_to_other_offers():
    deal = tenth_off(("cart_contains", {"scope": TEA}), scope=skus("A"))
    other = reduction("campaign:2", 500, 200, scope=skus("TEA"), exclusive="lines")
    quote = price(cart_of(goods("A", 1000), goods("TEA", 500)), deal, other)
    assert quote.total_cents == 900 + 300


@pytest.mark.req("PRC-04")
def test_an_offer_whose_goods_are_missing_is_told_to_a_cart_with_what_it_asks_for():
    deal = tenth_off(("cart_contains", {"scope": TEA}), scope=skus("A"))
    assert reason_of(price(cart_of(goods("TEA", 500)), deal), "campaign:1") == ("not_on_this_line", {})
    assert price(cart_of(goods("MILK", 500)), deal).not_applied == ()


@pytest.mark.req("CAM-05", "PRC-04")
@pytest.mark.parametrize(("pieces", "taken"), [(1, False), (2, True), (3, True), (4, False)])
@pytest.mark.parametrize("layer", [Layer.ITEM, Layer.ORDER])
def test_pieces_on_one_line_between_two_numbers(layer, pieces, taken):
    deal = tenth_off(("line_quantity", {"least": 2, "most": 3}), layer=layer)
    quote = price(cart_of(goods("A", 1000, pieces)), deal)
    assert quote.total_cents == pieces * (900 if taken else 1000)
    if not taken:
        figures = {"condition": "line_quantity", "least_pieces": 2, "most_pieces": 3}
        assert reason_of(quote, "campaign:1") == ("condition", figures)


@pytest.mark.req("CAM-05", "CAM-06")
@pytest.mark.parametrize(("pieces", "total_cents"), [(2, 3000), (3, 3600), (4, 4800), (5, 7500)])
def test_five_off_each_beanie_and_a_fifth_for_three_or_four_of_them(pieces, total_cents):
    each = offer("campaign:1", "amount_off", {"off_cents": 500}, layer=Layer.ITEM, priority=2, combines_with=TERMS)
    more = offer(
        "campaign:2",
        "percent_off",
        {"rate_bp": 2000},
        layer=Layer.ITEM,
        priority=1,
        combines_with=TERMS,
        conditions=(("line_quantity", {"least": 3, "most": 4}),),
    )
    assert price(cart_of(goods("BEANIE", 2000, pieces)), each, more).total_cents == total_cents


@pytest.mark.req("CAM-05")
def test_only_the_lines_that_qualify_are_taken_and_counted():
    deal = reduction("campaign:1", 3000, 300, conditions=(("line_quantity", {"least": 3}),))
    lines = (goods("A", 1000, 3), goods("B", 5000, 2))
    assert share_sums(price(cart_of(*lines), deal)) == [300, 0]
    short = price(cart_of(goods("A", 999, 3), goods("B", 5000, 2)), deal)
    assert reason_of(short, "campaign:1") == ("below_threshold", {"missing_cents": 3})


@pytest.mark.req("CAM-06")
def test_a_line_that_does_not_qualify_stays_open_to_others():
    large = tenth_off(("line_quantity", {"least": 3}), exclusive="lines")
    small = offer("campaign:2", "percent_off", {"rate_bp": 500}, conditions=(("line_quantity", {"most": 2}),))
    quote = price(cart_of(goods("A", 1000, 3), goods("B", 1000, 2)), large, small)
    assert share_sums(quote) == [300, 100]


@pytest.mark.req("PRC-01")
def test_one_line_typed_in_two_halves_counts_as_one():
    deal = tenth_off(("line_quantity", {"least": 3, "most": 3}))
    halves = (goods("A", 1000, 2), replace(goods("A", 1000, 1), key="again"))
    assert price(cart_of(*halves), deal).total_cents == 2700


@pytest.mark.req("CAM-08")
def test_a_limit_that_splits_a_line_does_not_change_its_number_of_pieces():
    deal = tenth_off(("line_quantity", {"least": 3}), limited_units=True)
    facts = Facts(units_left={("campaign:1", "A"): 1})
    assert price(cart_of(goods("A", 1000, 3)), deal, facts=facts).total_cents == 2900
    few = tenth_off(("line_quantity", {"most": 1}), limited_units=True)
    assert price(cart_of(goods("A", 1000, 3)), few, facts=facts).total_cents == 3000


@pytest.mark.req("PRC-04")
def test_who_keeps_the_last_open_line_is_named_before_its_pieces():
    deal = tenth_off(("line_quantity", {"least": 3}))
    barred = Choices(barred=frozenset({("A", "campaign:1")}))
    assert reason_of(price(cart_of(goods("A", 1000)), deal, choices=barred), "campaign:1") == (
        "not_chosen_by_shopper",
        {},
    )
    paused = tenth_off(("line_quantity", {"least": 3}), paused=True)
    assert reason_of(price(cart_of(goods("A", 1000)), paused), "campaign:1") == ("paused", {})


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("code", "params", "field"),
    [
        ("shopper_tag", {}, "tags"),
        ("shopper_tag", {"tags": []}, "tags"),
        ("shopper_tag", {"tags": "student"}, "tags"),
        ("shopper_tag", {"tags": [5]}, "tags"),
        ("cart_contains", {}, "scope"),
        ("cart_contains", {"scope": "TEA"}, "scope"),
        ("cart_contains", {"scope": {"skus": "TEA"}}, "scope.skus"),
        ("cart_contains", {"scope": TEA, "pieces": 0}, "pieces"),
        ("cart_contains", {"scope": TEA, "pieces": 1.5}, "pieces"),
        ("cart_contains", {"scope": TEA, "most": 5}, "most"),
        ("line_quantity", {}, "least"),
        ("line_quantity", {"least": 1}, "least"),
        ("line_quantity", {"least": 0, "most": 2}, "least"),
        ("line_quantity", {"least": 10**9}, "least"),
        ("line_quantity", {"least": 3, "most": 2}, "most"),
        ("line_quantity", {"most": "3"}, "most"),
        ("line_quantity", {"most": True}, "most"),
    ],
)
def test_wrong_parameters_are_refused_by_name(code, params, field):
    with pytest.raises(WrongParams) as refused:
        load_condition(code, params)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("shopper_tag", {"tags": ["student", "nurse"]}, "for customers tagged nurse, student"),
        ("cart_contains", {"scope": TEA}, "with one of certain goods in the cart"),
        ("cart_contains", {"scope": TEA, "pieces": 2}, "with 2 pieces of certain goods in the cart"),
        ("line_quantity", {"least": 3}, "from 3 pieces of one product"),
        ("line_quantity", {"most": 3}, "for at most 3 pieces of one product"),
        ("line_quantity", {"least": 2, "most": 3}, "for 2 to 3 pieces of one product"),
    ],
)
def test_conditions_are_said_in_words(code, params, said):
    assert str(load_condition(code, params).describe()) == said


@pytest.mark.req("PRC-04")
@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("cart_contains", {"scope": TEA, "pieces": 2}, "2 pieces of certain other goods are missing in the cart."),
        ("line_quantity", {"least": 3}, "It applies from 3 pieces of one product on."),
        ("line_quantity", {"most": 1}, "It applies to at most 1 pieces of one product."),
        ("line_quantity", {"least": 3, "most": 4}, "It applies to 3 to 4 pieces of one product."),
    ],
)
def test_reasons_say_what_is_missing(code, params, said):
    quote = price(cart_of(goods("A", 1000, 2)), tenth_off((code, params)))
    assert str(quote.not_applied[0].reason.message) == said


SEEDS = st.integers(0, 10**9)


def conditioned(seed, **other):
    """Return a random document in which most offers have one of these conditions."""
    random = Random(seed)
    document = random_document(seed, **other)
    found = []
    for one in document.offers:
        least = random.randint(1, 3)
        code, params = random.choice(
            (
                ("shopper_tag", {"tags": random.sample(("a", "b", "c"), 2)}),
                ("cart_contains", {"scope": {"skus": random.sample(SKUS, 2)}, "pieces": random.randint(1, 4)}),
                ("cart_contains", {"scope": {"everything": True}, "pieces": random.randint(1, 8)}),
                ("line_quantity", {"least": least, "most": least + random.randint(0, 2)}),
                ("line_quantity", {"least": least + 1}),
            )
        )
        rules = (load_condition(code, params), *one.conditions)
        found.append(replace(one, conditions=rules[: random.choice((1, 1, 2))]))
    shopper = replace(document.cart.shopper, tags=frozenset(random.sample(("a", "b", "c", "d"), random.randint(0, 2))))
    return replace(document, offers=tuple(found), cart=replace(document.cart, shopper=shopper))


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_the_best_answer_is_what_trying_everything_finds(seed):
    problem = problem_of(conditioned(seed))
    expected, found = best_by_trying(problem), best_answer(problem, NODE_BUDGET)
    assert found.optimal
    assert found.outcome == expected.outcome
    assert found.segments == expected.segments


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_whoever_applies_meets_its_conditions(seed):
    document = conditioned(seed, choosing=True)
    quote = price_document(document)
    pieces = {}
    for line in quote.lines:
        key = line.key.split("#")[0]
        pieces[key] = pieces.get(key, 0) + line.quantity
    by_id = {one.id: one for one in document.offers}
    for applied in quote.applied:
        for rule in by_id[applied.offer].conditions:
            if rule.CODE == "shopper_tag":
                assert rule.tags & document.cart.shopper.tags
            if rule.CODE == "cart_contains":
                met = [line.quantity for line in document.cart.lines if rule.scope.meets(line)]
                assert sum(met) >= rule.pieces
            if rule.CODE == "line_quantity":
                taken = {pieces[key.split("#")[0]] for key in applied.lines}
                assert all(rule.least <= number <= (rule.most or number) for number in taken)


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_splitting_lines_storing_and_keeping_change_nothing(seed):
    document = conditioned(seed)
    quote = price_document(document)
    units = tuple(
        replace(line, key=f"{line.key}-{number}", quantity=1)
        for line in document.cart.lines
        for number in range(line.quantity)
    )
    split = price_document(replace(document, cart=replace(document.cart, lines=units)))
    assert split.fingerprint == quote.fingerprint
    assert parse_document(document_of(document)) == document
    kept = kept_document(document)
    assert price_document(parse_document(document_of(kept))).fingerprint == quote.fingerprint
    assert all(rule.scope != Scope(everything=True) for one in kept.offers for rule in _counting(one))


def _counting(one):
    return [rule for rule in one.conditions if rule.CODE == "cart_contains"]
