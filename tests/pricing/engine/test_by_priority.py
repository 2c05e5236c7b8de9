"""The mode `priority`: who is admitted, and that finding out is little work."""

import pytest

from pricing.engine.computing import Computation
from pricing.engine.facts import Facts
from pricing.engine.layers import TERMS, Layer
from tests.pricing.engine.builders import all_but, cart_of, coupon_offer, goods, held, offer, price, reduction, skus

pytestmark = pytest.mark.req("PRC-02")


@pytest.fixture
def given(monkeypatch):
    """Count how often somebody gives."""
    counted = []
    give = Computation.give
    monkeypatch.setattr(Computation, "give", lambda *seen: counted.append(1) or give(*seen))
    return counted


def test_who_comes_after_a_refused_one_is_judged_by_the_lines_that_are_left_to_it():
    """A has no room; the last one would spend itself on A, if the second had not taken it."""
    cart = cart_of(goods("A", 2000, 2, floor_cents=2000), goods("B", 1000, 2), goods("C", 3000))
    refused = offer("campaign:1", "percent_off", {"rate_bp": 1000}, scope=skus("A"), priority=3, combines_with=TERMS)
    second = offer("campaign:2", "amount_off", {"off_cents": 500}, scope=skus("A", "C"), priority=2, exclusive="lines")
    last = offer(
        "campaign:3",
        "any_n_for_price",
        {"pieces": 2, "price_cents": 0, "max_times": 1},
        layer=Layer.MULTI,
        scope=skus("A", "B"),
        combines_with=all_but("order:platform"),
    )
    quote = price(cart, refused, second, last, mode="priority")
    assert [(row.offer, row.discount_cents) for row in quote.applied] == [("campaign:3", 2000), ("campaign:2", 500)]


def test_a_thousand_offers_of_which_a_hundred_leave_nothing_are_little_work(given):
    lines = [goods(f"k{number}", 1000) for number in range(10)]
    offers = [reduction(f"campaign:{number:04d}", 1000, 100, combines_with=TERMS) for number in range(1000)]
    quote = price(cart_of(*lines), *offers, mode="priority")
    assert (quote.total_cents, len(quote.applied)) == (0, 100)
    assert len(given) <= 10_000


def test_a_thousand_item_offers_that_are_over_budget_are_little_work(given):
    lines = [goods(f"k{number:02d}", 1000) for number in range(60)]
    offers = [
        offer(f"campaign:{number:04d}", "amount_off", {"off_cents": 1 + number}, layer=Layer.ITEM, budgeted=True)
        for number in range(900)
    ]
    facts = Facts(budget_left_cents={one.id: 1 for one in offers})
    quote = price(cart_of(*lines), *offers, facts=facts)
    assert (quote.discount_cents, quote.optimal) == (0, True)
    assert {row.reason.code for row in quote.not_applied} == {"budget_spent"}
    assert len(given) <= 3000


def test_hundreds_of_coupons_of_one_template_or_of_many_are_little_work(given):
    cart = cart_of(goods("A", 10_000))
    twins = Facts(coupons=tuple(held(f"coupon:{number:03d}", "template:1") for number in range(500)))
    assert price(cart, coupon_offer("template:1", 5000, 100), facts=twins).coupons == ("coupon:000",)
    templates = [coupon_offer(f"template:{number:03d}", 5000, 100) for number in range(500)]
    many = Facts(coupons=tuple(held(f"coupon:{one.id[-3:]}", one.id) for one in templates))
    quote = price(cart, *templates, facts=many)
    assert (quote.coupons, quote.optimal) == (("coupon:000",), True)
    assert len(given) <= 3000
