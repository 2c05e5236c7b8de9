"""Reasons: whoever is named instead is really there, and equal coupons say the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.document import price_document
from pricing.engine.facts import Facts
from tests.pricing.engine.builders import cart_of, coupon_offer, goods, held, price, reason_of
from tests.pricing.engine.random_carts import random_document

pytestmark = pytest.mark.req("PRC-04")

TWINS = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")))


@given(st.integers(0, 10**9), st.sampled_from(["best_price", "priority"]))
def test_whoever_is_named_instead_applies(seed, mode):
    quote = price_document(replace(random_document(seed, most_offers=8), mode=mode))
    named = {row.reason.figures["offer"] for row in quote.not_applied if "offer" in row.reason.figures}
    assert named <= {row.offer for row in quote.applied}


def test_a_spare_coupon_says_that_its_twin_is_used():
    quote = price(cart_of(goods("A", 10_000)), coupon_offer("template:1", 10_000, 1000), facts=TWINS)
    assert quote.coupons == ("coupon:1",)
    assert reason_of(quote, "coupon:2") == ("better_combination", {"offer": "template:1"})


def test_of_two_equal_coupons_that_cannot_be_used_both_say_why():
    quote = price(cart_of(goods("A", 9000)), coupon_offer("template:1", 10_000, 1000), facts=TWINS)
    assert [(row.coupon, row.reason.code) for row in quote.not_applied] == [
        ("coupon:1", "below_threshold"),
        ("coupon:2", "below_threshold"),
    ]
    assert reason_of(quote, "coupon:2") == ("below_threshold", {"missing_cents": 1000})
