"""When offers and coupons count, and the three prices of one unit."""

from datetime import timedelta

import pytest

from pricing.engine.book import compile_book
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.prices import from_cents, tag_cents, with_coupon_cents
from tests.pricing.engine.builders import NOON, cart_of, coupon_offer, goods, held, offer, price, reason_of, reduction

SECOND = timedelta(seconds=1)


@pytest.mark.req("CAM-10")
@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ({"starts_at": NOON}, None),
        ({"starts_at": NOON + SECOND}, ("not_started", {"starts_at": "2026-11-11T12:00:01+00:00"})),
        ({"ends_at": NOON}, ("ended", {})),
        ({"ends_at": NOON + SECOND}, None),
        ({"paused": True}, ("paused", {})),
    ],
)
def test_a_period_counts_from_its_start_and_until_before_its_end(period, reason):
    quote = price(cart_of(goods("A", 10_000)), reduction("campaign:1", 10_000, 1000, **period))
    assert quote.total_cents == (10_000 if reason else 9000)
    assert (reason_of(quote, "campaign:1") if reason else None) == reason


@pytest.mark.req("CPN-07", "CPN-08")
@pytest.mark.parametrize(
    ("coupon", "code"),
    [
        ({"valid_until": NOON}, "coupon_expired"),
        ({"valid_from": NOON + SECOND}, "not_started"),
        ({"locked": True}, "coupon_locked"),
        ({"held": False}, "not_claimed"),
    ],
)
def test_a_coupon_that_cannot_be_used_says_why(coupon, code):
    quote = price(
        cart_of(goods("A", 10_000)),
        coupon_offer("template:1", 10_000, 1000),
        facts=Facts(coupons=(held("coupon:1", "template:1", **coupon),)),
    )
    assert reason_of(quote, "coupon:1")[0] == code
    assert quote.total_cents == 10_000


@pytest.mark.req("CPN-05")
def test_a_template_of_which_nothing_is_held_is_not_mentioned():
    quote = price(cart_of(goods("A", 10_000)), coupon_offer("template:1", 10_000, 1000))
    assert (quote.not_applied, quote.nearest_gains) == ((), ())


@pytest.mark.req("SHP-02", "PRC-01")
def test_the_three_prices_of_a_unit():
    item = offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM)
    book = compile_book(
        [
            item,
            reduction("campaign:2", 9000, 500),
            coupon_offer("template:1", 100, 50),
            coupon_offer("template:2", 100, 70),
        ]
    )
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2", held=False)))
    line, viewer = goods("A", 10_000, 5), cart_of(fees={"s1": 900})
    assert tag_cents(line, viewer, book, facts) == 9000
    assert from_cents(line, viewer, book, facts) == 8500
    assert with_coupon_cents(line, viewer, book, facts) == 8430


@pytest.mark.req("PRC-01")
def test_an_empty_cart_costs_nothing():
    quote = price(cart_of(), reduction("campaign:1", 10_000, 1000))
    assert (quote.lines, quote.total_cents, quote.not_applied) == ((), 0, ())
