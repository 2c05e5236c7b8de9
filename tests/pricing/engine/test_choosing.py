"""Coupons, the shopper's choices and shipping: who applies, and what is missing for more."""

from datetime import timedelta

import pytest

from pricing.engine.choices import Choices
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import (
    NOON,
    all_but,
    cart_of,
    coupon_offer,
    goods,
    held,
    offer,
    price,
    reason_of,
    reduction,
    share_sums,
    skus,
)

HOUR = timedelta(hours=1)
CART = cart_of(goods("A", 10_000), goods("B", 20_000))


def applied(quote):
    """Return the ids of the offers that applied, in order of computing."""
    return [row.offer for row in quote.applied]


@pytest.mark.req("CPN-08")
def test_one_coupon_per_layer_and_shop_and_the_sooner_expiry_of_equal_ones():
    coupons = held("coupon:9", "template:1"), held("coupon:5", "template:2"), held("coupon:7", "template:2")
    facts = Facts(coupons=coupons)
    quote = price(CART, coupon_offer("template:1", 10_000, 1000), coupon_offer("template:2", 10_000, 2000), facts=facts)
    assert quote.coupons == ("coupon:5",)
    assert reason_of(quote, "coupon:9") == ("better_combination", {"offer": "template:2"})
    assert reason_of(quote, "coupon:7") == ("better_combination", {"offer": "template:2"})


@pytest.mark.req("CPN-08")
def test_of_two_coupons_that_save_the_same_the_sooner_expiry_is_used():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2", valid_until=NOON + HOUR)))
    quote = price(CART, coupon_offer("template:1", 10_000, 1000), coupon_offer("template:2", 10_000, 1000), facts=facts)
    assert quote.coupons == ("coupon:2",)


@pytest.mark.req("CPN-08")
def test_a_shop_coupon_and_a_platform_coupon_meet():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2")))
    quote = price(
        CART,
        coupon_offer("template:1", 10_000, 1000, owner="s1"),
        coupon_offer("template:2", 29_000, 2000),
        facts=facts,
    )
    assert quote.coupons == ("coupon:1", "coupon:2")
    assert quote.total_cents == 27_000


@pytest.mark.req("CPN-08")
def test_two_coupons_of_a_template_that_allows_two():
    template = coupon_offer("template:1", 10_000, 1000, coupons_per_order=2, combines_with=all_but())
    facts = Facts(coupons=tuple(held(f"coupon:{number}", "template:1") for number in range(3)))
    assert price(CART, template, facts=facts).coupons == ("coupon:0", "coupon:1")


@pytest.mark.req("CPN-08", "CAM-08", "CAM-13")
@pytest.mark.parametrize("bound", ["budgeted", "limited_units", "limited_uses"])
def test_two_coupons_of_one_template_share_its_counts(bound):
    template = coupon_offer("template:1", 10_000, 1000, coupons_per_order=2, combines_with=all_but(), **{bound: True})
    facts = Facts(
        coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")),
        uses_left={"template:1": 1},
        units_left={("template:1", "*"): 1},
        budget_left_cents={"template:1": 1999},
    )
    assert price(CART, template, facts=facts).coupons == ("coupon:1",)


@pytest.mark.req("CAM-08")
def test_the_second_coupon_of_a_template_takes_the_units_that_the_first_left():
    template = coupon_offer(
        "template:1", 10_000, 1000, coupons_per_order=2, combines_with=all_but(), limited_units=True
    )
    facts = Facts(
        coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")),
        units_left={("template:1", "A"): 3, ("template:1", "B"): 0},
    )
    quote = price(cart_of(goods("A", 10_000, 2)), template, facts=facts)
    assert [(line.quantity, line.net_cents) for line in quote.lines] == [(1, 8500), (1, 9500)]


@pytest.mark.req("CPN-08")
def test_the_shopper_picks_another_coupon_than_the_best():
    offers = coupon_offer("template:1", 10_000, 1000), coupon_offer("template:2", 10_000, 2000)
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2")))
    quote = price(CART, *offers, facts=facts, choices=Choices(coupons=frozenset({"coupon:1"})))
    assert (quote.coupons, quote.total_cents) == (("coupon:1",), 29_000)
    assert reason_of(quote, "coupon:2") == ("not_chosen_by_shopper", {})


@pytest.mark.req("CPN-08")
def test_a_picked_coupon_that_does_not_apply_is_dropped_with_its_reason():
    facts = Facts(coupons=(held("coupon:1", "template:1"),))
    quote = price(
        CART,
        coupon_offer("template:1", 50_000, 1000),
        facts=facts,
        choices=Choices(coupons=frozenset({"coupon:1", "coupon:of-somebody-else"})),
    )
    assert [(row.coupon, row.reason.code) for row in quote.dropped_choices] == [
        ("coupon:of-somebody-else", "unknown"),
        ("coupon:1", "below_threshold"),
    ]
    assert quote.total_cents == 30_000


@pytest.mark.req("SHP-05")
def test_the_shopper_switches_the_promotion_of_a_line():
    small, large = reduction("campaign:1", 10_000, 1000), reduction("campaign:2", 10_000, 1500)
    quote = price(CART, small, large, choices=Choices(pinned={"A": "campaign:1"}))
    assert share_sums(quote) == [1000, 1500]
    assert applied(quote) == ["campaign:1", "campaign:2"]


@pytest.mark.req("SHP-05")
def test_a_line_is_kept_off_an_offer():
    deal = reduction("campaign:1", 10_000, 1000)
    quote = price(CART, deal, choices=Choices(barred=frozenset({("B", "campaign:1")})))
    assert share_sums(quote) == [1000, 0]


@pytest.mark.req("PRC-02")
def test_free_shipping_is_split_over_the_shops_by_fee_and_a_shop_pays_its_own():
    cart = cart_of(goods("A", 10_000), goods("B", 5000, shop="s2"), fees={"s1": 900, "s2": 600})
    quote = price(cart, offer("campaign:1", "free_shipping", {"cap_cents": 500}, layer=Layer.SHIPPING))
    assert [(line.shop, line.net_cents) for line in quote.shipping] == [("s1", 600), ("s2", 400)]
    own = price(cart, offer("campaign:1", "free_shipping", {}, layer=Layer.SHIPPING, owner="s2"))
    assert [(line.shop, line.net_cents) for line in own.shipping] == [("s1", 900), ("s2", 0)]
    assert own.shipping_cents == 900


@pytest.mark.req("PRC-04")
def test_free_shipping_says_how_much_is_missing():
    cart = cart_of(goods("A", 9000), fees={"s1": 900})
    deal = offer(
        "campaign:1",
        "free_shipping",
        {},
        layer=Layer.SHIPPING,
        conditions=(("min_spend", {"threshold_cents": 10_000}),),
    )
    quote = price(cart, deal)
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 1000})
    assert [(gain.missing_cents, gain.gain_cents) for gain in quote.nearest_gains] == [(1000, 900)]


@pytest.mark.req("PRC-04")
def test_what_a_shop_gains_on_shipping_is_its_own_fee():
    cart = cart_of(goods("A", 9000), goods("B", 1000, shop="s2"), fees={"s1": 900, "s2": 600})
    deal = offer(
        "campaign:1",
        "free_shipping",
        {},
        layer=Layer.SHIPPING,
        owner="s2",
        conditions=(("min_spend", {"threshold_cents": 5000}),),
    )
    assert [(gain.missing_cents, gain.gain_cents) for gain in price(cart, deal).nearest_gains] == [(4000, 600)]


@pytest.mark.req("PRC-04")
def test_what_is_missing_of_other_goods_adds_nothing_to_the_gain():
    deal = offer(
        "campaign:1",
        "percent_off",
        {"rate_bp": 1000},
        scope=skus("B"),
        conditions=(("min_spend", {"threshold_cents": 15_000, "scope": {"skus": ["A"]}}),),
    )
    assert [(gain.missing_cents, gain.gain_cents) for gain in price(CART, deal).nearest_gains] == [(5000, 2000)]
