"""Rewards: coupons that an order earns for a later one."""

from dataclasses import replace

import pytest

from pricing.engine.answer import Reward
from pricing.engine.errors import WrongParams
from tests.pricing.engine.builders import all_but, cart_of, goods, offer, price, reason_of, reduction


def reward(code="campaign:reward", **other):
    """Return an offer of a coupon worth 20 for later, from 100 on."""
    params = {"template": "7", "value_cents": 2000, "threshold_cents": 10_000} | other.pop("params", {})
    return offer(code, "reward", params, combines_with=all_but(), **other)


@pytest.mark.req("CAM-02")
def test_an_order_that_reaches_the_threshold_earns_a_coupon_and_costs_the_same():
    quote = price(cart_of(goods("A", 10_000)), reward())
    assert quote.rewards == (Reward("campaign:reward", "7", 2000),)
    assert (quote.total_cents, [(row.offer, row.discount_cents) for row in quote.applied]) == (
        10_000,
        [("campaign:reward", 0)],
    )
    assert quote.fingerprint != replace(quote, rewards=()).fingerprint


@pytest.mark.req("CAM-02", "PRC-04")
def test_what_is_missing_for_a_coupon_is_told_with_what_it_is_worth():
    quote = price(cart_of(goods("A", 9000)), reward())
    assert quote.rewards == ()
    assert reason_of(quote, "campaign:reward") == ("below_threshold", {"missing_cents": 1000})
    assert [(gain.missing_cents, gain.gain_cents, gain.added_cents) for gain in quote.nearest_gains] == [
        (1000, 0, 2000)
    ]


@pytest.mark.req("CAM-02")
def test_a_coupon_is_earned_once_by_pieces_too_beside_what_takes_the_lines():
    deal = reward(params={"threshold_cents": None, "threshold_pieces": 2})
    quote = price(cart_of(goods("A", 5000, 6)), deal, reduction("campaign:less", 10_000, 1000))
    assert (len(quote.rewards), quote.total_cents, quote.nearest_gains) == (1, 29_000, ())


@pytest.mark.req("CAM-02", "CPN-06")
def test_an_order_earns_the_one_coupon_of_the_highest_amount_it_reaches():
    better = reward(params={"higher": [{"threshold_cents": 30_000, "template": "8", "value_cents": 6000}]})
    found = {cents: price(cart_of(goods("A", cents)), better) for cents in (10_000, 29_999, 30_000)}
    assert [[row.template for row in quote.rewards] for quote in found.values()] == [["7"], ["7"], ["8"]]
    gain = found[29_999].nearest_gains[0]
    assert (gain.missing_cents, gain.added_cents) == (1, 4000)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"threshold_cents": None}, "higher"),
        ({"threshold_cents": 30_000}, "higher"),
        ({"value_cents": 6000}, "higher"),
        ({"higher": [{"threshold_cents": 30_000}]}, "higher[0]"),
    ],
)
def test_better_coupons_rise_above_the_first(params, field):
    higher = [{"threshold_cents": 30_000, "template": "8", "value_cents": 6000}]
    with pytest.raises(WrongParams) as refusal:
        reward(params={"higher": higher} | params)
    assert refusal.value.field == field
