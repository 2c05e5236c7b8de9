"""The worked examples that the product promises, to the cent."""

import pytest

from pricing.engine.cart import Shopper
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.refund import HeldLine, after_return, refund_amount, refund_repriced, refund_units
from pricing.engine.registry import load_benefit
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import (
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

FLASH = "campaign:flash"


def flash_price(**limits):
    """A to 60 instead of 100."""
    return offer(FLASH, "fixed_price", {"price_cents": 6000}, layer=Layer.ITEM, scope=skus("A"), **limits)


def held_line(quote, key):
    """The order line that the quote becomes."""
    line = next(line for line in quote.lines if line.sku == key)
    return HeldLine(line.quantity, line.list_cents * line.quantity, tuple(share.cents for share in line.shares))


@pytest.mark.req("CAM-02", "CAM-05", "PRC-04")
@pytest.mark.parametrize(
    ("spent_cents", "every", "total_cents"),
    [(9999, False, 9999), (10_000, False, 9000), (20_000, False, 19_000), (20_000, True, 18_000)],
)
def test_100_less_10(spent_cents, every, total_cents):
    quote = price(cart_of(goods("A", spent_cents)), reduction("campaign:1", 10_000, 1000, every=every))
    assert quote.total_cents == total_cents


@pytest.mark.req("PRC-04")
def test_one_cent_below_the_threshold_is_told_with_what_it_would_give():
    quote = price(cart_of(goods("A", 9999)), reduction("campaign:1", 10_000, 1000))
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 1})
    (gain,) = quote.nearest_gains
    assert (gain.offer, gain.missing_cents, gain.gain_cents) == ("campaign:1", 1, 1000)


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("spent_cents", "every", "total_cents"),
    [(30_000, False, 25_000), (60_000, False, 55_000), (60_000, True, 50_000)],
)
def test_300_less_50(spent_cents, every, total_cents):
    quote = price(cart_of(goods("A", spent_cents)), reduction("campaign:1", 30_000, 5000, every=every))
    assert quote.total_cents == total_cents


@pytest.mark.req("PRC-03")
def test_50_off_three_lines_of_100_gives_the_missing_cents_to_the_first_lines():
    cart = cart_of(goods("A", 10_000), goods("B", 10_000), goods("C", 10_000))
    assert share_sums(price(cart, reduction("campaign:1", 30_000, 5000))) == [1667, 1667, 1666]


@pytest.mark.req("PRC-05")
def test_one_line_of_three_refunds_its_units_one_by_one_to_the_cent():
    line = held_line(price(cart_of(goods("A", 10_000, 3)), reduction("campaign:1", 30_000, 5000)), "A")
    refunds = []
    for _ in range(3):
        refunds.append(refund_units(line, 1).refund_cents)
        line = after_return(line, 1)
    assert refunds == [8333, 8333, 8334]


@pytest.mark.req("PRC-03")
def test_300_less_50_is_split_by_net():
    cart = cart_of(goods("A", 12_000), goods("B", 18_000))
    assert share_sums(price(cart, reduction("campaign:1", 30_000, 5000))) == [2000, 3000]


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(("list_cents", "total_cents"), [(10_000, 8000), (9999, 7999)])
def test_20_percent_off_rounds_the_discount_half_up(list_cents, total_cents):
    deal = offer("campaign:1", "percent_off", {"rate_bp": 2000}, layer=Layer.ITEM)
    assert price(cart_of(goods("A", list_cents)), deal).total_cents == total_cents


@pytest.mark.req("CAM-08")
@pytest.mark.parametrize(("quantity", "uses_left", "total_cents"), [(2, 1000, 12_000), (1, 1000, 6000), (1, 0, 10_000)])
def test_a_limit_of_times_closes_the_offer_once_they_are_used(quantity, uses_left, total_cents):
    facts = Facts(uses_left={FLASH: uses_left})
    quote = price(cart_of(goods("A", 10_000, quantity)), flash_price(limited_uses=True), facts=facts)
    assert quote.total_cents == total_cents


@pytest.mark.req("CAM-08")
def test_beyond_a_limit_of_two_pieces_the_third_sells_at_list_price_as_a_line_of_its_own():
    facts = Facts(uses_left={FLASH: 2})
    quote = price(cart_of(goods("A", 10_000, 3)), flash_price(limited_uses=True), facts=facts)
    assert quote.total_cents == 22_000
    assert [(line.key, line.quantity, line.net_cents) for line in quote.lines] == [
        ("s1/A/10000#1", 2, 12_000),
        ("s1/A/10000#2", 1, 10_000),
    ]


@pytest.mark.req("CAM-08")
def test_activity_stock_of_two_prices_two_of_three():
    facts = Facts(units_left={(FLASH, "A"): 2})
    cart = cart_of(goods("A", 10_000, 3))
    assert price(cart, flash_price(limited_units=True), facts=facts).total_cents == 22_000


@pytest.mark.req("CAM-08")
def test_activity_stock_used_up_is_list_price_and_says_so():
    facts = Facts(units_left={(FLASH, "A"): 0})
    quote = price(cart_of(goods("A", 10_000)), flash_price(limited_units=True), facts=facts)
    assert quote.total_cents == 10_000
    assert reason_of(quote, FLASH) == ("sold_out", {})


@pytest.mark.req("CAM-07")
def test_an_excluded_virtual_card_does_not_count_towards_the_threshold():
    deal = reduction("campaign:1", 30_000, 5000, scope=Scope(kinds=frozenset({"physical"})))
    quote = price(cart_of(goods("card", 10_000, kind="virtual"), goods("A", 25_000)), deal)
    assert quote.total_cents == 35_000
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 5000})


@pytest.mark.req("CAM-07", "PRC-03")
def test_an_excluded_virtual_card_carries_no_share():
    deal = reduction("campaign:1", 30_000, 5000, scope=Scope(kinds=frozenset({"physical"})))
    quote = price(cart_of(goods("card", 10_000, kind="virtual"), goods("goods", 30_000)), deal)
    assert quote.total_cents == 35_000
    assert {line.sku: line.net_cents for line in quote.lines} == {"card": 10_000, "goods": 25_000}


@pytest.fixture
def coupon_order():
    """Coupon 100 less 10 on 150 + 50."""
    return price(
        cart_of(goods("A", 15_000), goods("B", 5000)),
        coupon_offer("template:1", 10_000, 1000),
        facts=Facts(coupons=(held("coupon:1", "template:1"),)),
    )


@pytest.mark.req("PRC-03", "PRC-05")
def test_a_coupon_is_split_and_each_line_refunds_what_was_paid_for_it(coupon_order):
    assert coupon_order.total_cents == 19_000
    assert share_sums(coupon_order) == [750, 250]
    assert refund_units(held_line(coupon_order, "B"), 1).refund_cents == 4750
    assert refund_units(held_line(coupon_order, "A"), 1).refund_cents == 14_250


@pytest.mark.req("REV-05")
def test_repriced_the_large_line_refunds_what_the_kept_goods_do_not_cost(coupon_order):
    kept = price(
        cart_of(goods("B", 5000)),
        coupon_offer("template:1", 10_000, 1000),
        facts=Facts(coupons=(held("coupon:1", "template:1"),)),
    )
    refund = refund_repriced(held_cents=coupon_order.total_cents, kept_price_cents=kept.total_cents)
    assert (refund.refund_cents, refund.not_collected_cents) == (14_000, 0)


@pytest.mark.req("PRC-03")
def test_funding_60_to_40_splits_every_use():
    deal = reduction("campaign:1", 10_000, 1000, funding=(("platform", 6000), ("s1", 4000)))
    (line,) = price(cart_of(goods("A", 10_000)), deal).lines
    assert [(share.funder, share.cents) for share in line.shares] == [("platform", 600), ("s1", 400)]


@pytest.mark.req("CAM-03", "CAM-05")
@pytest.mark.parametrize(
    ("level", "spent_cents", "total_cents", "reason"),
    [
        ("vip", 20_000, 15_000, None),
        ("vip", 19_999, 19_999, ("below_threshold", {"missing_cents": 1})),
        ("basic", 20_000, 20_000, ("audience", {"condition": "member_level"})),
    ],
)
def test_vip_200_less_50(level, spent_cents, total_cents, reason):
    deal = reduction("campaign:vip", 20_000, 5000, conditions=(("member_level", {"levels": ["vip"]}),))
    quote = price(cart_of(goods("A", spent_cents), shopper=Shopper(id="1", level=level)), deal)
    assert quote.total_cents == total_cents
    assert (reason_of(quote, "campaign:vip") if reason else None) == reason


@pytest.mark.req("REV-02")
def test_after_50_back_without_goods_the_unit_refunds_150_and_never_200():
    line = refund_amount(HeldLine(quantity=1, list_cents=20_000, shares=()), 5000)
    assert line.held_cents == 15_000
    refund = refund_units(line, 1)
    assert (refund.refund_cents, refund.reversed_cents) == (15_000, (5000,))


def test_the_sentence_of_a_reduction_names_threshold_and_amount():
    rule = load_benefit("spend_tiers", {"tiers": [{"threshold_cents": 30_000, "off_cents": 5000}]})
    assert str(rule.describe()) == "5000 off from 30000"
