"""Flash sales: each SKU at its own price, and the limits that each shopper meets SKU by SKU."""

import pytest

from pricing.engine.book import compile_book
from pricing.engine.errors import WrongParams
from pricing.engine.facts import Facts
from pricing.engine.keeping import narrow
from pricing.engine.layers import Layer
from pricing.engine.prices import price_many
from pricing.engine.registry import load_benefit
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, reduction, skus

CUP, POT = goods("CUP", 5_000), goods("POT", 5_000)


def flash(prices, **other):
    return offer("flash", "sku_prices", {"prices": prices}, layer=Layer.ITEM, **other)


@pytest.mark.req("CAM-02")
def test_each_sku_costs_its_own_price_and_others_cost_what_they_did():
    quote = price(cart_of(goods("CUP", 5_000, 2), POT, goods("TEA", 800)), flash({"CUP": 3_900, "POT": 4_500}))
    assert [line.net_cents for line in quote.lines] == [7_800, 4_500, 800]


def test_a_price_above_the_list_price_never_raises_it():
    quote = price(cart_of(CUP), flash({"CUP": 6_000}))
    assert quote.total_cents == 5_000
    assert reason_of(quote, "flash")[0] == "no_effect"


def test_a_set_price_stops_at_the_floor():
    assert price(cart_of(goods("CUP", 5_000, floor_cents=4_200)), flash({"CUP": 3_900})).total_cents == 4_200


def test_what_is_left_out_has_no_activity_price():
    left_out = Scope(everything=True, excluded_skus=frozenset({"POT"}))
    assert price(cart_of(CUP, POT), flash({"CUP": 1_000, "POT": 1_000}, scope=left_out)).total_cents == 6_000


@pytest.mark.parametrize(
    ("prices", "field"),
    [
        ({}, "prices"),
        ([["A", 100]], "prices"),
        ({"": 100}, "prices"),
        ({"A": 100, "B": -1}, "prices[B]"),
        ({"A": True}, "prices[A]"),
    ],
)
def test_wrong_prices_are_refused_naming_the_sku(prices, field):
    with pytest.raises(WrongParams) as refused:
        load_benefit("sku_prices", {"prices": prices})
    assert refused.value.field == field


def test_without_prices_nothing_is_reduced():
    assert price(cart_of(CUP), offer("flash", "sku_prices", {}, layer=Layer.ITEM)).total_cents == 5_000


def test_of_two_flash_sales_each_line_gets_the_cheaper():
    other = offer("other", "sku_prices", {"prices": {"CUP": 4_000, "POT": 3_000}}, layer=Layer.ITEM)
    quote = price(cart_of(CUP, POT), flash({"CUP": 3_900, "POT": 4_500}), other)
    assert [line.net_cents for line in quote.lines] == [3_900, 3_000]


def test_later_offers_count_the_activity_price():
    quote = price(cart_of(goods("CUP", 5_000, 2)), flash({"CUP": 4_000}), reduction("minus", 8_000, 500))
    assert quote.total_cents == 7_500


@pytest.mark.req("CAM-08")
def test_beyond_the_limit_of_a_sku_the_rest_of_the_line_costs_the_list_price():
    facts = Facts(uses_left={"flash": 100}, sku_uses_left={("flash", "CUP"): 2})
    cart = cart_of(goods("CUP", 5_000, 3), goods("POT", 5_000, 3))
    quote = price(cart, flash({"CUP": 3_000, "POT": 4_000}, limited_uses=True), facts=facts)
    assert [line.net_cents for line in quote.lines] == [6_000, 5_000, 12_000]


def test_the_limit_of_all_binds_beside_that_of_one_sku():
    facts = Facts(uses_left={"flash": 1}, sku_uses_left={("flash", "CUP"): 2})
    quote = price(cart_of(goods("CUP", 5_000, 3)), flash({"CUP": 3_000}, limited_uses=True), facts=facts)
    assert quote.total_cents == 13_000


def test_whoever_has_had_all_of_a_sku_is_told_that_the_limit_is_reached():
    facts = Facts(uses_left={"flash": 9}, sku_uses_left={("flash", "CUP"): 0})
    quote = price(cart_of(CUP), flash({"CUP": 3_000}, limited_uses=True), facts=facts)
    assert quote.total_cents == 5_000
    assert reason_of(quote, "flash") == ("limit_reached", {})


def test_a_listing_tells_skus_of_one_list_price_apart():

    book = compile_book([flash({"CUP": 3_900, "POT": 4_500}, limited_uses=True)])
    facts = Facts(uses_left={"flash": 9}, sku_uses_left={("flash", "POT"): 0})
    found = price_many([CUP, POT, goods("TEA", 5_000)], cart_of(CUP), book, facts)
    assert [prices.tag_cents for prices in found] == [3_900, 5_000, 5_000]


def test_an_order_keeps_the_prices_of_its_own_skus_only():
    wide = flash({f"SKU-{number}": 100 for number in range(500)} | {"CUP": 3_900, "POT": 4_500})
    cart = cart_of(CUP)
    (kept,) = narrow([wide], cart)
    assert dict(kept.benefit.prices) == {"CUP": 3_900}
    assert kept.scope == skus("CUP")
    assert price(cart, kept).total_cents == price(cart, wide).total_cents == 3_900


def test_an_order_keeps_few_prices_even_where_its_goods_are_partly_left_out():
    wide = flash({"CUP": 3_900, "POT": 4_500, "JAR": 1}, scope=Scope(everything=True, excluded_products={"POT"}))
    cart = cart_of(CUP, POT)
    (kept,) = narrow([wide], cart)
    assert dict(kept.benefit.prices) == {"CUP": 3_900}
    assert price(cart, kept).total_cents == price(cart, wide).total_cents == 8_900
