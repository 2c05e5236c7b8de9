"""Bundles, goods got for others, and exchanges, from the cart to the refund."""

import pytest

from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_category, make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = pytest.mark.django_db


def lines_of(order):
    return [(line.sku.code, line.quantity, line.net_cents) for line in order.lines.order_by("position")]


@pytest.mark.req("CAM-02", "SHP-06", "REV-02")
def test_a_bundle_is_ordered_and_a_part_of_it_comes_back_at_what_it_cost():
    shop = make_shop(shipping_fee_cents=0)
    tea, cup = make_sku("TEA", list_cents=5_000, shop=shop), make_sku("CUP", list_cents=3_000, shop=shop)
    make_campaign("bundle_price", params={"goods": {"TEA": 2, "CUP": 1}, "price_cents": 9_900}, layer="multi")
    order = make_paid_order({tea: 2, cup: 1}, customer=make_customer())
    assert lines_of(order) == [("CUP", 1, 2_285), ("TEA", 2, 7_615)]
    assert refund(order, {tea: 1}).amount_cents == 3_807


@pytest.mark.req("CAM-02", "SHP-06")
def test_goods_to_get_are_free_where_the_others_are_bought():
    shop = make_shop(shipping_fee_cents=0)
    tea = make_sku("TEA", list_cents=5_000, shop=shop)
    hat = make_sku("HAT", list_cents=2_000, shop=shop, category=make_category("hats"))
    params = {"buy": 2, "get": 1, "get_scope": {"categories": ["hats"]}}
    make_campaign("buy_get", params=params, sku=tea, layer="multi")
    assert lines_of(make_order({tea: 2, hat: 2})) == [("HAT", 2, 2_000), ("TEA", 2, 10_000)]


@pytest.mark.req("CPN-01", "SHP-06", "REV-02")
def test_an_exchanged_piece_is_an_order_line_of_its_own_and_gives_nothing_back():
    shop, customer = make_shop(shipping_fee_cents=0), make_customer()
    tea = make_sku("TEA", list_cents=5_000, floor_cents=4_000, shop=shop)
    cup = make_sku("CUP", list_cents=3_000, shop=shop)
    template = make_template("exchange", params={"goods": {"TEA": 1}}, sku=tea, threshold_cents=None)
    coupon = make_lasting_coupon(customer, template=template)
    assert lines_of(make_order({tea: 3}, customer=make_customer())) == [("TEA", 3, 15_000)]
    order = make_paid_order({tea: 1, cup: 1}, customer=customer, coupons=[coupon])
    assert lines_of(order) == [("CUP", 1, 3_000), ("TEA", 1, 0)]
    assert refund(order, {cup: 1}).amount_cents == 3_000
