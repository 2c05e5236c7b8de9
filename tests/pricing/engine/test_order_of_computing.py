"""Numbers and layers: where a rate is rounded, what a layer sees, who computes first."""

import pytest

from pricing.engine.facts import Facts
from pricing.engine.layers import TERMS, Layer
from pricing.engine.merging import hand_back
from tests.pricing.engine.builders import cart_of, coupon_offer, goods, held, offer, price, reduction, share_sums, skus

HALF = {"rate_bp": 5000}


def stacking(code, rule, params, **other):
    """Return an order offer that admits every layer, its own too."""
    return offer(code, rule, params, combines_with=TERMS, **other)


@pytest.mark.req("CAM-02", "PRC-03")
def test_in_the_item_layer_a_rate_is_rounded_by_the_unit_so_that_tag_times_quantity_is_the_price():
    item = offer("campaign:1", "percent_off", HALF, layer=Layer.ITEM)
    assert price(cart_of(goods("A", 99)), item).total_cents == 49
    assert price(cart_of(goods("A", 99, 3)), item).total_cents == 3 * 49


@pytest.mark.req("CAM-02", "PRC-03")
def test_above_the_item_layer_a_rate_is_rounded_once_on_everything():
    assert price(cart_of(goods("A", 99, 3)), offer("campaign:1", "percent_off", HALF)).total_cents == 297 - 149
    three_lines = cart_of(goods("A", 99), goods("B", 99), goods("C", 99))
    assert share_sums(price(three_lines, offer("campaign:1", "percent_off", HALF))) == [50, 50, 49]


@pytest.mark.req("PRC-01")
def test_what_one_line_costs_is_handed_back_to_its_two_halves_by_running_totals():
    halves = cart_of(goods("x", 4000, sku="A", product="A"), goods("y", 4000, 2, sku="A", product="A"))
    quote = price(halves, reduction("campaign:1", 10_000, 2000))
    assert [line.net_cents for line in quote.lines] == [10_000]
    assert hand_back(quote) == {"x": (4000, 3333), "y": (8000, 6667)}


@pytest.mark.req("PRC-02")
def test_every_layer_sees_the_net_that_the_layers_before_it_left():
    tenth = {"rate_bp": 1000}
    offers = (
        offer("campaign:1", "percent_off", tenth, layer=Layer.ITEM),
        offer("campaign:2", "nth_unit_off", {"every": 2, "rate_bp": 1000}, layer=Layer.MULTI),
        offer("campaign:3", "percent_off", tenth, owner="s1"),
        offer("campaign:4", "percent_off", tenth),
        offer("template:5", "percent_off", tenth, owner="s1", layer=Layer.COUPON),
        offer("template:6", "percent_off", tenth, layer=Layer.COUPON),
    )
    facts = Facts(coupons=(held("coupon:5", "template:5"), held("coupon:6", "template:6")))
    (line,) = price(cart_of(goods("A", 10_000, 2)), *offers, facts=facts).lines
    assert [share.cents for share in line.shares] == [2000, 900, 1710, 1539, 1385, 1247]
    assert [share.offer[-1] for share in line.shares] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.req("PRC-02")
@pytest.mark.parametrize(("priority", "total_cents"), [(1, 7000), (-1, 7200)])
def test_within_a_layer_the_higher_priority_computes_first(priority, total_cents):
    rate = stacking("campaign:2", "percent_off", {"rate_bp": 2000}, priority=priority)
    amount = stacking("campaign:1", "amount_off", {"off_cents": 1000})
    assert price(cart_of(goods("A", 10_000)), rate, amount).total_cents == total_cents


@pytest.mark.req("PRC-02")
def test_within_a_layer_and_a_priority_the_id_decides_as_text():
    rate = stacking("campaign:10", "percent_off", {"rate_bp": 2000})
    amount = stacking("campaign:9", "amount_off", {"off_cents": 1000})
    quote = price(cart_of(goods("A", 10_000)), amount, rate)
    assert [row.offer for row in quote.applied] == ["campaign:10", "campaign:9"]
    assert quote.total_cents == 7000


@pytest.mark.req("PRC-02")
def test_a_threshold_is_measured_before_its_layer_whatever_computes_first_in_it():
    first = stacking("campaign:1", "amount_off", {"off_cents": 2000}, priority=1)
    second = stacking("campaign:2", "spend_tiers", {"tiers": [{"threshold_cents": 10_000, "off_cents": 500}]})
    quote = price(cart_of(goods("A", 10_000)), first, second)
    assert [row.discount_cents for row in quote.applied] == [2000, 500]


@pytest.mark.req("PRC-02")
def test_a_threshold_of_the_next_layer_sees_what_the_layer_before_left():
    of_shop = reduction("campaign:1", 10_000, 1, owner="s1")
    of_platform = reduction("campaign:2", 10_000, 500)
    quote = price(cart_of(goods("A", 10_000)), of_shop, of_platform)
    assert [(row.offer, row.discount_cents) for row in quote.applied] == [("campaign:2", 500)]
    assert [row.reason.code for row in quote.not_applied] == ["better_combination"]


@pytest.mark.req("PRC-02", "CPN-08")
def test_a_shop_coupon_takes_the_lines_of_its_shop_and_a_platform_coupon_all():
    cart = cart_of(goods("A", 10_000), goods("B", 10_000, shop="s2"))
    offers = coupon_offer("template:1", 10_000, 1000, owner="s2"), coupon_offer("template:2", 19_000, 1900)
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2")))
    assert share_sums(price(cart, *offers, facts=facts)) == [1000, 1000 + 900]


@pytest.mark.req("PRC-02")
def test_half_off_the_second_piece_takes_the_price_that_the_item_layer_left():
    item = offer("campaign:1", "amount_off", {"off_cents": 1}, layer=Layer.ITEM, scope=skus("A"))
    second = offer("campaign:2", "nth_unit_off", {"every": 2, "rate_bp": 5000}, layer=Layer.MULTI)
    assert price(cart_of(goods("A", 1000, 2)), item, second).total_cents == 2 * 999 - 500
