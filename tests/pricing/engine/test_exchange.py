"""Coupons that are exchanged for goods: which pieces, whatever their floor, and what is left to other offers."""

import pytest

from pricing.engine.facts import Facts
from pricing.engine.layers import TERMS, Layer
from tests.pricing.engine.builders import cart_of, goods, held, offer, price, reason_of, reduction

ONE = Facts(coupons=(held("coupon:1", "template:1"),))


def voucher(params=None, **other):
    return offer("template:1", "exchange", {"goods": {"TEA": 1}} | (params or {}), layer=Layer.COUPON, **other)


def nets(quote):
    return [(line.sku, line.quantity, line.net_cents) for line in quote.lines]


@pytest.mark.req("CPN-01", "PRC-03")
def test_one_piece_is_free_whatever_its_floor_and_becomes_a_line_of_its_own():
    quote = price(cart_of(goods("TEA", 5000, 3, floor_cents=4000), goods("CUP", 3000)), voucher(), facts=ONE)
    assert nets(quote) == [("CUP", 1, 3000), ("TEA", 1, 0), ("TEA", 2, 10_000)]
    assert (quote.coupons, quote.discount_cents) == (("coupon:1",), 5000)


@pytest.mark.req("CPN-01", "PRC-03")
def test_named_goods_together_for_a_price():
    params = {"goods": {"TEA": 2, "CUP": 1}, "price_cents": 1000}
    quote = price(cart_of(goods("TEA", 5000, 2), goods("CUP", 3000, 2)), voucher(params), facts=ONE)
    assert nets(quote) == [("CUP", 1, 231), ("CUP", 1, 3000), ("TEA", 2, 769)]


@pytest.mark.req("CPN-01", "PRC-04")
def test_missing_goods_are_told():
    quote = price(cart_of(goods("TEA", 5000)), voucher({"goods": {"TEA": 2, "CUP": 1}}), facts=ONE)
    figures = {"missing_pieces": 2, "missing_goods": "CUP + TEA"}
    assert reason_of(quote, "coupon:1") == ("below_threshold", figures)


@pytest.mark.req("CPN-01")
def test_goods_that_cost_less_already_are_not_exchanged():
    quote = price(cart_of(goods("TEA", 5000)), voucher({"price_cents": 5000}), facts=ONE)
    assert reason_of(quote, "coupon:1") == ("no_effect", {})


@pytest.mark.req("CPN-01", "CPN-05")
def test_two_coupons_are_exchanged_for_two_pieces_where_the_template_allows_two():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")))
    cart = cart_of(goods("TEA", 5000, 3))
    quote = price(cart, voucher(coupons_per_order=2, combines_with=TERMS), facts=facts)
    assert (quote.coupons, quote.total_cents) == (("coupon:1", "coupon:2"), 5000)
    assert price(cart, voucher(), facts=facts).total_cents == 10_000


@pytest.mark.req("CPN-01", "PRC-02")
def test_other_offers_keep_the_pieces_that_are_not_exchanged_and_their_floor():
    half = offer("campaign:half", "percent_off", {"rate_bp": 5000})
    alone = voucher(combines_with=frozenset())
    quote = price(cart_of(goods("TEA", 5000, 3, floor_cents=4000)), half, alone, facts=ONE)
    assert nets(quote) == [("TEA", 1, 0), ("TEA", 2, 8000)]


@pytest.mark.req("CPN-01")
def test_an_exchange_measures_no_threshold_of_others():
    full = reduction("campaign:1", 10_000, 1000)
    quote = price(cart_of(goods("TEA", 5000, 2)), full, voucher(), facts=ONE)
    assert quote.total_cents == 4500
