"""Who shares lines with whom, and which combination is taken."""

from datetime import timedelta

import pytest

from pricing.engine.choices import Choices
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import (
    COUPON_TERMS,
    ITEM_TERMS,
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
