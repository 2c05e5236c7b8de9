"""Orders as their owner sees them."""

import pytest

from storefront.models import Order
from storefront.selectors.order_sheet import order_sheet
from storefront.selectors.orders import order_of, order_page, orders_of
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-08")]


def test_page_breaks_the_price_down_by_promotion_whoever_pays_for_it():
    shop, customer = make_shop(shipping_fee_cents=500), make_customer()
    sku = make_sku(shop=shop)
    make_campaign("percent_off", sku=sku, shop=shop, platform_share_bp=4_000, name="Shared")
    make_campaign("free_shipping", layer="shipping", params={}, name="Free shipping")
    coupon = make_lasting_coupon(customer)
    page = order_page(make_paid_order({sku: 2}, customer=customer))
    assert [(row.name, row.layer, row.cents, row.coupon_id) for row in page.discounts] == [
        ("Shared", "item", 4_000, None),
        (coupon.revision.name, "coupon", 1_000, coupon.pk),
        ("Free shipping", "shipping", 500, None),
    ]
    assert [(row.line.sku, row.held, [part.cents for part in row.discounts]) for row in page.lines] == [
        (sku, 2, [4_000, 1_000])
    ]
    assert [(row.shop, row.fee_cents, row.net_cents) for row in page.shipping] == [(shop, 500, 0)]
    assert (page.paid_cents, page.refundable) == (15_000, True)


def test_page_after_a_refund_shows_what_is_still_held():
    sku = make_sku()
    order = make_paid_order({sku: 2})
    refund(order, {sku: 1})
    page = order_page(Order.objects.get(pk=order.pk))
    assert ([row.held for row in page.lines], page.paid_cents, page.refundable) == ([1], 10_000, True)
    assert [entry.amount_cents for entry in page.entries] == [20_000, -10_000]
    refund(order, {sku: 1})
    assert order_page(Order.objects.get(pk=order.pk)).refundable is False


def test_unpaid_order_is_not_refundable():
    assert order_page(make_order()).refundable is False


@pytest.mark.req("PLT-03")
def test_order_of_somebody_else_does_not_exist():
    customer = make_customer()
    own, foreign, guests = make_order(customer=customer), make_order(customer=make_customer()), make_order()
    assert list(orders_of(customer)) == [own]
    assert order_of(customer, own.number) == own
    for order in (foreign, guests):
        with pytest.raises(Order.DoesNotExist):
            order_of(customer, order.number)


def test_pages_of_large_orders_take_as_many_queries_as_of_small_ones(django_assert_num_queries):
    make_campaign()
    customer = make_customer()
    for pieces in (1, 6):
        order = make_paid_order({make_sku(): 1 for _ in range(pieces)}, customer=customer)
        with django_assert_num_queries(7):
            page = order_page(order)
            assert [row.line.local_name for row in page.lines]
        with django_assert_num_queries(11):
            sheet = order_sheet(order)
            assert [*sheet.entries, *sheet.refunds, *sheet.transitions, *sheet.shares]
