"""Who pays for a discount, cent by cent, and which units a limit lets in."""

import pytest

from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, reduction, share_sums

HALVES = (("platform", 5000), ("s1", 5000))


def paid_by(quote):
    """Return what each funder pays, line by line."""
    return [{share.funder: share.cents for share in line.shares} for line in quote.lines]


@pytest.mark.req("PRC-03")
def test_the_platform_pays_the_steps_of_its_half_up_portion_of_the_running_total():
    cart = cart_of(goods("A", 100), goods("B", 100), goods("C", 100))
    deal = reduction("campaign:1", 300, 3, funding=HALVES)
    assert paid_by(price(cart, deal)) == [{"platform": 1}, {"s1": 1}, {"platform": 1}]


@pytest.mark.req("PRC-03")
def test_further_funders_share_what_the_platform_leaves_in_the_same_way():
    thirds = (("s2", 3333), ("platform", 3334), ("s1", 3333))
    cart = cart_of(goods("A", 1000), goods("B", 1000))
    assert paid_by(price(cart, reduction("campaign:1", 2000, 101, funding=thirds))) == [
        {"platform": 17, "s1": 17, "s2": 17},
        {"platform": 17, "s1": 17, "s2": 16},
    ]


@pytest.mark.req("PRC-03")
def test_without_funders_the_owner_pays_all():
    cart = cart_of(goods("A", 1000))
    assert paid_by(price(cart, reduction("campaign:1", 1000, 100))) == [{"platform": 100}]
    assert paid_by(price(cart, reduction("campaign:1", 1000, 100, owner="s1"))) == [{"s1": 100}]


@pytest.mark.req("PRC-03")
def test_a_discount_on_shipping_is_funded_like_any_other():
    cart = cart_of(goods("A", 1000), fees={"s1": 501})
    deal = offer("campaign:1", "free_shipping", {}, layer=Layer.SHIPPING, funding=HALVES)
    assert [(share.funder, share.cents) for share in price(cart, deal).shipping[0].shares] == [
        ("platform", 251),
        ("s1", 250),
    ]


@pytest.mark.req("CAM-08")
def test_of_equal_savings_the_first_line_by_key_comes_into_the_limit():
    flash = offer("campaign:1", "amount_off", {"off_cents": 100}, layer=Layer.ITEM, limited_uses=True)
    quote = price(cart_of(goods("B", 900), goods("A", 500)), flash, facts=Facts(uses_left={"campaign:1": 1}))
    assert [(line.sku, line.net_cents) for line in quote.lines] == [("A", 400), ("B", 900)]


@pytest.mark.req("CAM-08")
def test_a_limit_by_sku_and_one_over_all_both_bind():
    flash = offer("campaign:1", "percent_off", {"rate_bp": 5000}, layer=Layer.ITEM, limited_units=True)
    units = {("campaign:1", "A"): 2, ("campaign:1", "B"): 9, ("campaign:1", "*"): 3}
    quote = price(cart_of(goods("A", 1000, 4), goods("B", 600, 4)), flash, facts=Facts(units_left=units))
    assert [(line.key, line.quantity, line.net_cents) for line in quote.lines] == [
        ("s1/A/1000#1", 2, 1000),
        ("s1/A/1000#2", 2, 2000),
        ("s1/B/600#1", 1, 300),
        ("s1/B/600#2", 3, 1800),
    ]


@pytest.mark.req("CAM-08", "PRC-04")
def test_who_has_bought_as_many_as_one_customer_may_is_told_so():
    flash = offer("campaign:1", "percent_off", {"rate_bp": 5000}, layer=Layer.ITEM, limited_uses=True)
    quote = price(cart_of(goods("A", 1000)), flash, facts=Facts(uses_left={"campaign:1": 0}))
    assert reason_of(quote, "campaign:1") == ("limit_reached", {})


@pytest.mark.req("CAM-08")
def test_above_the_item_layer_the_dearest_units_come_first_into_a_limit():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, limited_uses=True)
    quote = price(cart_of(goods("A", 500, 2), goods("B", 900)), deal, facts=Facts(uses_left={"campaign:1": 2}))
    assert [(line.sku, line.quantity, line.net_cents) for line in quote.lines] == [
        ("A", 1, 450),
        ("A", 1, 500),
        ("B", 1, 810),
    ]


@pytest.mark.req("CAM-08")
def test_pieces_beyond_a_limit_stay_open_to_other_offers():
    flash = offer(
        "campaign:1",
        "fixed_price",
        {"price_cents": 600},
        layer=Layer.ITEM,
        limited_uses=True,
        combines_with=frozenset(),
    )
    deal = reduction("campaign:2", 1000, 100)
    quote = price(cart_of(goods("A", 1000, 3)), flash, deal, facts=Facts(uses_left={"campaign:1": 1}))
    assert share_sums(quote) == [400, 100]
