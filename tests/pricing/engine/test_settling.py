"""What is settled before the search: mandatory offers, and item offers that stand in nobody's way."""

import pytest

from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of


@pytest.mark.req("PRC-02", "PRC-04")
def test_a_mandatory_offer_that_fails_keeps_no_other_mandatory_offer_out():
    cart = cart_of(goods("A", 10_000))
    for_many = ("min_quantity", {"pieces": 4})
    first = offer("campaign:1", "amount_off", {"off_cents": 900}, mandatory=True, priority=1, conditions=(for_many,))
    second = offer("campaign:2", "amount_off", {"off_cents": 500}, mandatory=True)
    quote = price(cart, first, second)
    assert quote.total_cents == 9500
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_pieces": 3})
