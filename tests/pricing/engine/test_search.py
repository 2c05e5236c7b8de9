"""The search against trying everything."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pricing.engine.document import price_document
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.quote import NODE_BUDGET
from pricing.engine.search import best_answer
from tests.pricing.engine.builders import cart_of, goods, offer, price, reduction, skus
from tests.pricing.engine.oracle import best_by_trying, best_keeping, problem_of
from tests.pricing.engine.random_carts import random_document


@pytest.mark.req("PRC-02")
@given(st.integers(0, 10**9))
def test_best_price_is_what_trying_every_set_and_order_finds(seed):
    problem = problem_of(random_document(seed))
    expected = best_by_trying(problem)
    found = best_answer(problem, NODE_BUDGET)
    assert found.optimal
    assert found.outcome.saving_cents == expected.outcome.saving_cents
    assert found.outcome == expected.outcome
    assert found.segments == expected.segments


@pytest.mark.req("PRC-02", "CPN-08")
@given(st.integers(0, 10**9))
def test_choices_are_constraints_of_the_same_search(seed):
    problem = problem_of(random_document(seed, choosing=True))
    expected = best_by_trying(problem)
    found = best_answer(problem, NODE_BUDGET)
    assert (found and found.outcome) == (expected and expected.outcome)


@pytest.mark.req("PRC-02", "CPN-08")
@given(st.integers(0, 10**9))
@example(540)
@example(1135)
def test_nothing_is_called_proved_where_a_choice_was_dropped_that_could_have_been_kept(seed):
    document = random_document(seed, choosing=True)
    quotes = [price_document(replace(document, node_budget=budget)) for budget in (0, 3, 20, 60, 120)]
    if not any(quote.dropped_choices for quote in quotes):
        return
    best, kept = best_keeping(document)
    saved_cents, wanted = best.outcome.saving_cents, {(demand.line_key, demand.offer, demand.coupon) for demand in kept}
    for quote in quotes:
        dropped = {(row.line, row.offer, row.coupon) for row in quote.dropped_choices}
        before_cents = quote.list_cents + sum(fee.fee_cents for fee in document.cart.shipping)
        assert before_cents - quote.total_cents + quote.bound_cents >= saved_cents
        assert not quote.optimal or (before_cents - quote.total_cents, dropped & wanted) == (saved_cents, set())


@pytest.mark.req("PRC-02")
def test_cheap_pieces_that_reach_a_threshold_are_not_overlooked():
    by_pieces = {"tiers": [{"threshold_pieces": 4, "off_cents": 5000}]}
    most = offer("campaign:1", "spend_tiers", by_pieces)
    less = offer("campaign:2", "spend_tiers", {"tiers": [{"threshold_pieces": 4, "off_cents": 500}]})
    amount = offer("campaign:3", "amount_off", {"off_cents": 4000})
    on_b = offer("campaign:4", "amount_off", {"off_cents": 10}, scope=skus("B"))
    quote = price(cart_of(goods("A", 10, 2), goods("B", 10), goods("C", 5000, 2)), most, less, amount, on_b)
    assert quote.discount_cents == 5010


@pytest.mark.req("PRC-02", "CAM-08")
def test_a_limited_offer_whose_first_choice_is_taken_by_another_takes_what_is_left():
    flash = offer("campaign:flash", "fixed_price", {"price_cents": 1000}, layer=Layer.ITEM, scope=skus("A"))
    limited = reduction("campaign:limited", 2000, 1000, limited_uses=True)
    on_a = offer("campaign:on-a", "amount_off", {"off_cents": 100}, scope=skus("A"))
    cart = cart_of(goods("A", 10_000), goods("B", 5000))
    quote = price(cart, flash, limited, on_a, facts=Facts(uses_left={"campaign:limited": 1}))
    assert {line.sku: line.net_cents for line in quote.lines} == {"A": 900, "B": 4000}


@pytest.mark.req("PRC-02", "CAM-08")
def test_what_a_limited_offer_leaves_of_a_line_counts_in_the_bound_too():
    limited = offer("campaign:1", "amount_off", {"off_cents": 500}, limited_uses=True)
    other = offer("campaign:2", "amount_off", {"off_cents": 400}, priority=1)
    document = {"facts": Facts(uses_left={"campaign:1": 1})}
    best = price(cart_of(goods("A", 5000, 2)), limited, other, **document)
    hasty = price(cart_of(goods("A", 5000, 2)), limited, other, **document, node_budget=0)
    assert (best.discount_cents, hasty.discount_cents) == (900, 400)
    assert hasty.bound_cents >= 500
