"""Offers that stack: the search among rivals, completed by a company, against trying every set and order."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine import search
from pricing.engine.cart import CartLine
from pricing.engine.company import Company
from pricing.engine.document import CartDocument
from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import NODE_BUDGET
from pricing.engine.record import Record
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price
from tests.pricing.engine.oracle import best_by_trying, problem_of

SEEDS = st.integers(0, 10**9)
CATEGORIES = ("a", "b", "c")


def stacking_document(seed, offers):
    """Return a small cart where a cent decides, with so many offers of which most share lines with all others."""
    random = Random(seed)
    dearest = random.choice((30, 300, 20_000))
    lines = [
        CartLine(
            key=str(place),
            shop="s1",
            sku=f"k{place}",
            product=f"k{place}",
            list_cents=random.randint(1, dearest),
            quantity=random.choice((1, 1, 2, 3)),
            categories=frozenset({random.choice(CATEGORIES)}),
            floor_cents=random.choice((0, 0, 0, dearest // 4)) if seed % 5 == 0 else 0,
        )
        for place in range(random.randint(2, 6))
    ]
    cart = cart_of(*lines, fees={"s1": random.choice((0, dearest // 3))})
    return CartDocument(cart, tuple(_offer(random, number, dearest) for number in range(offers)))


def _offer(random, number, dearest):
    layer, code, params = random.choice(_rules(random, dearest))
    some = frozenset(random.sample(CATEGORIES, random.randint(1, 2)))
    conditions = ()
    if random.random() < 0.2:
        conditions = (load_condition("min_spend", {"threshold_cents": random.randint(1, 3 * dearest)}),)
    return Offer(
        id=f"campaign:{number}",
        name=code,
        layer=layer,
        owner="platform",
        benefit=load_benefit(code, params),
        scope=Scope(everything=True) if random.random() < 0.3 else Scope(categories=some),
        conditions=conditions,
        priority=random.randint(0, 3),
        combines_with=TERMS,
        exclusive="lines" if random.random() < 0.25 and layer is not Layer.SHIPPING else "none",
        group="g" if random.random() < 0.05 else None,
    )


def _rules(random, dearest):
    rate = {"rate_bp": random.choice((500, 1500, 3333, 9000))}
    off_cents = random.randint(1, max(1, dearest // 3))
    tier = {"threshold_cents": random.randint(off_cents, 4 * dearest), "off_cents": off_cents}
    return (
        (Layer.ORDER, "percent_off", rate),
        (Layer.ORDER, "percent_off", rate),
        (Layer.ORDER, "percent_off", rate | {"cap_cents": off_cents}),
        (Layer.ORDER, "amount_off", {"off_cents": off_cents}),
        (Layer.ORDER, "spend_tiers", {"tiers": [tier]}),
        (Layer.MULTI, "nth_unit_off", {"every": 2, "rate_bp": 5000}),
        (Layer.MULTI, "nth_unit_off", {"every": 3, "rate_bp": 10_000}),
        (Layer.MULTI, "any_n_for_price", {"pieces": 2, "price_cents": dearest // 2}),
        (Layer.SHIPPING, "free_shipping", random.choice(({}, {"cap_cents": max(1, dearest // 5)}))),
    )


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_stacking_offers_are_priced_as_trying_every_set_and_order_finds(seed):
    problem = problem_of(stacking_document(seed, 5))
    expected, found = best_by_trying(problem), search.best_answer(problem, NODE_BUDGET)
    assert found.optimal
    assert found.outcome.nets == expected.outcome.nets
    assert (found.outcome.fees, found.members) == (expected.outcome.fees, expected.members)


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_a_company_changes_the_work_and_never_the_answer(seed):
    problem = problem_of(stacking_document(seed, 9))
    quick = search.best_answer(problem, 10 * NODE_BUDGET)
    at_most = {place: cents for place in problem.optional if (cents := problem.bounds.wherever(place)) is not None}
    record = Record(problem, 100 * NODE_BUDGET)
    search._Search(record, at_most, Company(0, ())).run()
    plain = record.answer()
    assert plain.optimal
    assert quick.optimal
    assert (quick.saving_cents, quick.members) == (plain.saving_cents, plain.members)


@pytest.mark.req("PRC-02")
@pytest.mark.parametrize(("off_cents", "saved_cents"), [(2400, 7500), (2600, 7600), (4000, 9000), (4999, 9999)])
def test_what_a_rival_takes_from_one_of_the_company_the_others_partly_give_anew(off_cents, saved_cents):
    """Without half the price off, the shop's half is half of more."""
    half = {"rate_bp": 5000}
    item = offer("campaign:1", "percent_off", half, layer=Layer.ITEM, combines_with=frozenset({"order:shop"}))
    of_shop = offer("campaign:2", "percent_off", half, owner="s1", combines_with=TERMS)
    rival = offer("campaign:3", "amount_off", {"off_cents": off_cents}, combines_with=TERMS)
    quote = price(cart_of(goods("A", 10_000)), item, of_shop, rival)
    assert (quote.discount_cents, quote.optimal) == (saved_cents, True)


@pytest.mark.req("PRC-02")
def test_an_offer_that_would_cost_shipping_its_lines_is_weighed_against_it():
    few = offer("campaign:1", "amount_off", {"off_cents": 4}, combines_with=TERMS)
    alone = offer("campaign:2", "free_shipping", {}, layer=Layer.SHIPPING, combines_with=TERMS, exclusive="lines")
    quote = price(cart_of(goods("A", 10_000), fees={"s1": 500}), few, alone)
    assert ([row.offer for row in quote.applied], quote.shipping_cents) == (["campaign:2"], 0)
