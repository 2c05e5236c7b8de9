"""Who shares lines with whom, and which combination is taken."""

import pytest

from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import (
    COUPON_TERMS,
    ITEM_TERMS,
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

CART = cart_of(goods("A", 10_000), goods("B", 20_000))


def applied(quote):
    """Return the ids of the offers that applied, in order of computing."""
    return [row.offer for row in quote.applied]


@pytest.mark.req("PRC-02")
def test_layers_compute_on_what_the_layers_before_left():
    item = offer("campaign:item", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, priority=-5)
    shop = offer("campaign:shop", "percent_off", {"rate_bp": 1000}, owner="s1", priority=-9)
    platform = reduction("campaign:platform", 24_300, 4300)
    coupon = coupon_offer("template:1", 20_000, 2000)
    quote = price(CART, coupon, platform, shop, item, facts=Facts(coupons=(held("coupon:1", "template:1"),)))
    assert applied(quote) == ["campaign:item", "campaign:shop", "campaign:platform", "template:1"]
    assert [row.discount_cents for row in quote.applied] == [3000, 2700, 4300, 2000]
    assert quote.total_cents == 18_000


@pytest.mark.req("PRC-02")
def test_a_threshold_on_list_price_ignores_the_layers_before():
    item = offer("campaign:item", "percent_off", {"rate_bp": 5000}, layer=Layer.ITEM)
    deal = reduction("campaign:order", 30_000, 3000, threshold_on="list")
    assert price(CART, item, deal).total_cents == 12_000


@pytest.mark.req("CAM-06", "PRC-02")
def test_a_line_takes_part_in_one_offer_per_layer_and_the_better_one_is_found():
    small, large = reduction("campaign:1", 10_000, 1000), reduction("campaign:2", 10_000, 1500)
    quote = price(CART, small, large)
    assert applied(quote) == ["campaign:2"]
    assert reason_of(quote, "campaign:1") == ("better_combination", {"offer": "campaign:2"})


@pytest.mark.req("CAM-06", "PRC-02")
def test_who_takes_first_matters_and_the_best_taking_order_is_found():
    on_b = reduction("campaign:b", 20_000, 4000, scope=skus("B"))
    on_all = reduction("campaign:all", 10_000, 1000)
    quote = price(CART, on_all, on_b)
    assert quote.total_cents == 25_000
    assert share_sums(quote) == [1000, 4000]


@pytest.mark.req("PRC-02")
def test_by_priority_the_first_is_admitted_and_the_second_is_told_by_whom_it_is_excluded():
    small = reduction("campaign:1", 10_000, 1000, priority=9)
    large = reduction("campaign:2", 10_000, 1500)
    quote = price(CART, small, large, mode="priority")
    assert applied(quote) == ["campaign:1"]
    assert reason_of(quote, "campaign:2") == ("excluded_by", {"offer": "campaign:1"})


@pytest.mark.req("PRC-02")
def test_by_priority_nobody_is_admitted_who_makes_an_earlier_one_fail():
    order = reduction("campaign:order", 30_000, 3000, priority=9)
    flash = offer("campaign:flash", "fixed_price", {"price_cents": 1}, layer=Layer.ITEM, scope=skus("A"), group="g")
    quote = price(CART, order, flash, mode="priority")
    assert applied(quote) == ["campaign:order"]
    assert reason_of(quote, "campaign:flash") == ("excluded_by", {"offer": "campaign:order"})


@pytest.mark.req("PRC-02")
def test_an_item_offer_that_stands_in_nobodys_way_always_applies_and_the_lowest_unit_price_wins():
    ten = offer("campaign:10", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, priority=9)
    twenty = offer("campaign:20", "percent_off", {"rate_bp": 2000}, layer=Layer.ITEM, scope=skus("A"))
    quote = price(CART, ten, twenty)
    assert {line.sku: line.net_cents for line in quote.lines} == {"A": 8000, "B": 18_000}


@pytest.mark.req("CAM-06", "PRC-02")
def test_an_item_price_without_coupons_is_weighed_against_the_coupon():
    flash = offer(
        "campaign:flash",
        "fixed_price",
        {"price_cents": 9500},
        layer=Layer.ITEM,
        scope=skus("A"),
        combines_with=all_but("item:platform", *COUPON_TERMS),
    )
    facts = Facts(coupons=(held("coupon:1", "template:1"),))
    with_large = price(CART, flash, coupon_offer("template:1", 30_000, 3000), facts=facts)
    with_small = price(CART, flash, coupon_offer("template:1", 30_000, 400), facts=facts)
    assert (with_large.total_cents, with_small.total_cents) == (27_000, 29_500)
    assert reason_of(with_large, "campaign:flash") == ("better_combination", {"offer": "template:1"})


@pytest.mark.req("CAM-06")
def test_a_group_is_used_once_even_on_different_lines():
    quote = price(
        CART,
        reduction("campaign:1", 10_000, 1000, scope=skus("A"), group="g"),
        reduction("campaign:2", 20_000, 1500, scope=skus("B"), group="g"),
    )
    assert quote.total_cents == 28_500
    assert reason_of(quote, "campaign:1") == ("group", {"offer": "campaign:2"})


@pytest.mark.req("CAM-06")
def test_exclusive_on_lines_keeps_everybody_off_its_lines_only():
    alone = reduction("campaign:1", 10_000, 5000, scope=skus("A"), exclusive="lines")
    coupon = coupon_offer("template:1", 10_000, 1000)
    quote = price(CART, alone, coupon, facts=Facts(coupons=(held("coupon:1", "template:1"),)))
    assert share_sums(quote) == [5000, 1000]


@pytest.mark.req("CAM-06")
def test_exclusive_in_the_order_is_alone_in_it():
    alone = reduction("campaign:1", 10_000, 5000, scope=skus("A"), exclusive="order")
    other = reduction("campaign:2", 10_000, 1000, scope=skus("B"))
    quote = price(CART, alone, other)
    assert applied(quote) == ["campaign:1"]
    assert reason_of(quote, "campaign:2") == ("better_combination", {"offer": "campaign:1"})


@pytest.mark.req("CAM-06")
def test_sharing_needs_both_sides():
    order = reduction("campaign:order", 10_000, 1000)
    coupon = coupon_offer("template:1", 10_000, 2000, combines_with=ITEM_TERMS)
    quote = price(CART, order, coupon, facts=Facts(coupons=(held("coupon:1", "template:1"),)))
    assert applied(quote) == ["template:1"]


@pytest.mark.req("PRC-02")
def test_an_item_offer_that_comes_before_the_settled_ones_may_save_more_than_it_would_after_them():
    settled = offer("campaign:settled", "amount_off", {"off_cents": 2500}, layer=Layer.ITEM, combines_with=all_but())
    before = offer(
        "campaign:before",
        "percent_off",
        {"rate_bp": 1000},
        layer=Layer.ITEM,
        combines_with=all_but(),
        priority=9,
        group="g",
    )
    other = reduction("campaign:other", 100, 60, group="g")
    quote = price(cart_of(goods("A", 3000)), settled, before, other)
    assert applied(quote) == ["campaign:before", "campaign:settled"]
    assert quote.total_cents == 200


@pytest.mark.req("CAM-05", "PRC-02")
def test_a_threshold_of_an_item_offer_is_measured_before_any_item_offer():
    half = offer("campaign:half", "percent_off", {"rate_bp": 5000}, layer=Layer.ITEM, scope=skus("A"))
    add_on = offer(
        "campaign:add-on",
        "fixed_price",
        {"price_cents": 100},
        layer=Layer.ITEM,
        scope=skus("B"),
        group="g",
        conditions=(("min_spend", {"threshold_cents": 10_000, "scope": {"skus": ["A"]}}),),
    )
    assert price(CART, half, add_on).total_cents == 5100


@pytest.mark.req("PRC-02")
def test_a_mandatory_offer_applies_even_where_another_saves_more():
    forced = reduction("campaign:1", 10_000, 100, mandatory=True)
    quote = price(CART, forced, reduction("campaign:2", 10_000, 5000))
    assert applied(quote) == ["campaign:1"]
    assert reason_of(quote, "campaign:2") == ("excluded_by", {"offer": "campaign:1"})


@pytest.mark.req("CAM-13")
@pytest.mark.parametrize(("left_cents", "total_cents"), [(1000, 29_000), (999, 30_000), (0, 30_000)])
def test_a_budget_lets_the_whole_discount_through_or_nothing(left_cents, total_cents):
    quote = price(
        CART,
        reduction("campaign:1", 10_000, 1000, budgeted=True),
        facts=Facts(budget_left_cents={"campaign:1": left_cents}),
    )
    assert quote.total_cents == total_cents
    if total_cents == 30_000:
        assert reason_of(quote, "campaign:1") == ("budget_spent", {})


@pytest.mark.req("CAM-08")
def test_a_limited_offer_without_a_count_is_closed():
    deal = offer("campaign:1", "fixed_price", {"price_cents": 1}, layer=Layer.ITEM, limited_units=True)
    assert price(CART, deal).total_cents == 30_000


@pytest.mark.req("CAM-08")
def test_the_units_with_the_largest_saving_come_first_into_a_limit():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, limited_uses=True)
    assert share_sums(price(CART, deal, facts=Facts(uses_left={"campaign:1": 1}))) == [0, 2000]


@pytest.mark.req("PRC-02")
def test_a_condition_on_another_scope_takes_nothing():
    deal = offer(
        "campaign:1",
        "percent_off",
        {"rate_bp": 1000},
        scope=skus("B"),
        conditions=(("min_spend", {"threshold_cents": 10_000, "scope": {"skus": ["A"]}}),),
    )
    assert share_sums(price(CART, deal)) == [0, 2000]
    assert reason_of(price(cart_of(goods("B", 20_000)), deal), "campaign:1")[0] == "below_threshold"
