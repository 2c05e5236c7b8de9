"""Large carts, many offers, many choices: the work is bounded, and the answer says what it may have missed."""

from random import Random

import pytest

from pricing.engine import problem
from pricing.engine.choices import Choices
from pricing.engine.layers import TERMS
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import all_but, cart_of, goods, offer, price, reduction

LINES = [
    goods(f"k{number:03d}", 500 + 37 * number, 1 + number % 3, categories=frozenset({f"c{number % 10}"}))
    for number in range(50)
]
MOST_ANSWERS = 2000


def two_hundred_offers(combines_with):
    """Return reductions and percentages on random categories."""
    random = Random(1)
    offers = []
    for number in range(200):
        scope = Scope(categories=frozenset(f"c{code}" for code in random.sample(range(10), random.randint(1, 3))))
        named = {"scope": scope, "combines_with": combines_with, "priority": number % 7}
        if number % 2:
            offers.append(reduction(f"campaign:{number:03d}", random.choice((3000, 9000)), 700, **named))
        else:
            rate = {"rate_bp": random.choice((500, 1500))}
            offers.append(offer(f"campaign:{number:03d}", "percent_off", rate, **named))
    return offers


@pytest.fixture
def answers(monkeypatch):
    """Count how many answers are computed from their start."""
    counted = []
    compute = problem.compute
    monkeypatch.setattr(problem, "compute", lambda *given: counted.append(1) or compute(*given))
    return counted


@pytest.mark.req("PRC-02")
@pytest.mark.parametrize("combines_with", [TERMS, all_but("order:platform")], ids=["stacking", "rivals"])
def test_fifty_lines_and_two_hundred_offers_are_bounded_work_with_an_honest_bound(answers, combines_with):
    offers = two_hundred_offers(combines_with)
    best = price(cart_of(*LINES), *offers)
    assert len(answers) <= MOST_ANSWERS
    by_priority = price(cart_of(*LINES), *offers, mode="priority")
    assert best.total_cents <= by_priority.total_cents
    assert best.optimal == (best.bound_cents == 0)
    assert best.bound_cents <= best.total_cents


@pytest.mark.req("PRC-02")
def test_rivals_on_a_line_are_bounded_to_a_small_part_of_the_saving():
    best = price(cart_of(*LINES), *two_hundred_offers(all_but("order:platform")))
    assert best.discount_cents * 10 >= best.bound_cents * 100 // 30


@pytest.mark.req("SHP-05")
def test_choices_that_exclude_each_other_are_few_trials_and_the_first_is_kept(answers):
    offers = [reduction(f"campaign:{number:02d}", 500, 100 + number, group="g") for number in range(20)]
    lines = [goods(f"k{number:03d}", 500) for number in range(300)]
    pinned = {line.key: f"campaign:{place % 20:02d}" for place, line in enumerate(lines)}
    quote = price(cart_of(*lines), *offers, choices=Choices(pinned=pinned))
    assert [row.offer for row in quote.applied] == ["campaign:00"]
    assert len(quote.dropped_choices) == 285
    assert {row.reason.code for row in quote.dropped_choices} == {"group"}
    assert len(answers) <= 300


@pytest.mark.req("PRC-02")
def test_forty_rates_that_stack_are_proved_to_be_best_together_in_one_answer(answers):
    rates = [offer(f"campaign:{n}", "percent_off", {"rate_bp": 100 + n}, combines_with=TERMS) for n in range(40)]
    lines = [goods(f"k{number}", 900_000 + number) for number in range(20)]
    quote = price(cart_of(*lines), *rates)
    assert quote.optimal
    assert len(quote.applied) == 40
    assert len(answers) <= 3


@pytest.mark.req("PRC-02")
def test_where_only_shipping_can_be_reduced_no_goods_are_counted_as_missing():
    offers = [
        offer(f"campaign:{cap}", "free_shipping", {"cap_cents": cap}, layer="shipping", combines_with=TERMS)
        for cap in range(1, 60)
    ]
    best = price(cart_of(goods("A", 10_000), fees={"s1": 1000}), *offers, node_budget=60)
    assert (best.shipping_cents, best.optimal, best.bound_cents) == (0, True, 0)
