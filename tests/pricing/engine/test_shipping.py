"""Cheaper shipping: an amount or a rate off, and a price."""

import pytest

from pricing.engine.layers import Layer
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of


def cart(**fees):
    return cart_of(goods("A", 10_000), goods("B", 5000, shop="s2"), fees=fees)


def fees_after(quote):
    return {line.shop: line.net_cents for line in quote.shipping}


def shipping(rule, code="campaign:1", owner="platform", **params):
    return offer(code, rule, params, layer=Layer.SHIPPING, owner=owner)


@pytest.mark.req("CAM-02", "PRC-03")
@pytest.mark.parametrize(
    ("deal", "after"),
    [
        (shipping("free_shipping", cap_cents=500), {"s1": 600, "s2": 400}),
        (shipping("shipping_percent_off", rate_bp=3333), {"s1": 600, "s2": 400}),
        (shipping("shipping_percent_off", rate_bp=5000, cap_cents=500), {"s1": 600, "s2": 400}),
        (shipping("shipping_price", price_cents=1000), {"s1": 600, "s2": 400}),
        (shipping("shipping_price", price_cents=100, owner="s2"), {"s1": 900, "s2": 100}),
        (shipping("shipping_percent_off", rate_bp=10_000), {"s1": 0, "s2": 0}),
    ],
)
def test_what_is_taken_off_is_split_by_fee_and_a_shop_reduces_its_own(deal, after):
    assert fees_after(price(cart(s1=900, s2=600), deal)) == after


@pytest.mark.req("PRC-02")
def test_a_rate_is_rounded_half_up_once_on_all_fees_together():
    quote = price(cart(s1=333, s2=334), shipping("shipping_percent_off", rate_bp=5000))
    assert fees_after(quote) == {"s1": 166, "s2": 167}
    assert quote.applied[0].discount_cents == 334


@pytest.mark.req("CAM-02", "PRC-04")
def test_a_price_for_shipping_is_never_a_raise():
    quote = price(cart(s1=200, s2=300), shipping("shipping_price", price_cents=600))
    assert fees_after(quote) == {"s1": 200, "s2": 300}
    assert reason_of(quote, "campaign:1") == ("no_effect", {})


@pytest.mark.req("PRC-02")
def test_of_several_prices_for_shipping_the_lowest_is_paid():
    prices = (9000, 2000, 5000)
    deals = [shipping("shipping_price", f"campaign:{number}", price_cents=p) for number, p in enumerate(prices)]
    assert price(cart(s1=10_000, s2=0), *deals).shipping_cents == 2000


@pytest.mark.req("PRC-04")
def test_shipping_offers_say_what_more_goods_would_gain():
    deal = offer(
        "campaign:1",
        "shipping_price",
        {"price_cents": 600},
        layer=Layer.SHIPPING,
        conditions=(("min_spend", {"threshold_cents": 20_000}),),
    )
    gains = price(cart(s1=900, s2=600), deal).nearest_gains
    assert [(gain.missing_cents, gain.gain_cents) for gain in gains] == [(5000, 900)]
