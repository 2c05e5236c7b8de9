"""The report's sums are the orders' totals: sold, discounted, taken back."""

import tracemalloc
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from analytics.reports.discount_shares import DiscountShares
from analytics.reports.registry import REPORTS, report
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.models import Order
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("ANA-05")]

SALE, BACK = {"goods", "discount", "shipping", "shipping_discount"}, "_back"
EVER = {"since": date(2000, 1, 1), "until": date(2100, 1, 1)}


def rows(**asked):
    columns = [column.name for column in DiscountShares.columns]
    return [dict(zip(columns, row, strict=True)) for row in DiscountShares().rows(**(EVER | asked))]


def cents(entries, column):
    return sum(int(Decimal(entry[column]) * 100) for entry in entries)


def sold(entries):
    return [entry for entry in entries if entry["entry"] in SALE]


@pytest.fixture
def shop():
    return make_shop("tea-house", shipping_fee_cents=800)


@pytest.fixture
def goods(shop):
    """Tea at 99.99 with a campaign of its own, milk at 50.01; 10 off from 100 for everybody."""
    tea, milk = make_sku("TEA", shop=shop, list_cents=9_999), make_sku("MILK", shop=shop, list_cents=5_001)
    make_campaign("percent_off", sku=tea, shop=shop, platform_share_bp=3_300, name="=Tea")
    make_campaign("spend_tiers", name="Ten off")
    return {tea: 3, milk: 2}


def test_entries_of_an_order_say_who_gave_what(shop, goods):
    customer = make_customer()
    coupon = make_lasting_coupon(customer, template=make_template(name="Tenner"))
    order = make_paid_order(goods, customer=customer, coupons=[coupon])
    entries = rows()
    assert {entry["order"] for entry in entries} == {order.number}
    assert {(entry["source"], entry["order_state"], entry["shop"]) for entry in entries} == {
        ("web", "paid", "tea-house")
    }
    tea = [entry for entry in entries if entry["sku"] == "TEA"]
    assert [
        (entry["entry"], entry["quantity"], entry["list"], entry["discount"], entry["net"]) for entry in tea[:3]
    ] == [
        ("goods", 3, "299.97", "0.00", "299.97"),
        ("discount", None, "0.00", "19.80", "-19.80"),
        ("discount", None, "0.00", "40.20", "-40.20"),
    ]
    assert [(entry["layer"], entry["campaign_name"], entry["funder"]) for entry in tea[1:]] == [
        ("item", "=Tea", "platform"),
        ("item", "=Tea", "tea-house"),
        ("order", "Ten off", "platform"),
        ("coupon", None, "platform"),
    ]
    assert (tea[4]["coupon"], tea[4]["template"], tea[4]["template_name"]) == (
        str(coupon.number),
        coupon.template_id,
        "Tenner",
    )
    assert [(entry["entry"], entry["list"]) for entry in entries if entry["line"] is None] == [("shipping", "8.00")]


def test_sums_over_the_sale_are_the_totals_of_the_order(goods):
    orders = [make_paid_order(goods), make_paid_order({sku: 1 for sku in goods}), make_order(goods)]
    for order in orders:
        order.refresh_from_db()
        entries = sold([entry for entry in rows() if entry["order"] == order.number])
        assert cents(entries, "net") == order.total_cents
        assert cents(entries, "list") == order.list_cents + order.shipping_fee_cents
        assert cents(entries, "discount") == order.discount_cents + order.shipping_discount_cents


def test_refunds_take_back_list_and_discount_until_nothing_is_left(goods):
    order = make_paid_order(goods)
    tea, milk = goods
    for returned in ({tea: 1}, {tea: 1, milk: 1}, {tea: 1, milk: 1}):
        one = refund(order, returned)
        order.refresh_from_db()
        entries = rows()
        back = [entry for entry in entries if entry["refund"] == one.pk]
        assert cents(back, "net") == -one.amount_cents
        assert cents(entries, "net") == order.total_cents - order.refunded_cents
    assert order.refunded_cents == order.total_cents
    assert (cents(rows(), "list"), cents(rows(), "discount")) == (0, 0)
    first = [entry for entry in rows() if entry["entry"] == "goods_back"][0]
    assert (first["sku"], first["quantity"], first["list"]) == ("TEA", -1, "-99.99")
    assert {entry["entry"] for entry in rows()} == {
        "goods", "discount", "shipping", "goods_back", "discount_back", "shipping_back",
    }  # fmt: skip


def test_cancelled_order_leaves_nothing(goods):
    order = make_order(goods)
    cancel_order(order_id=order.pk, reason="changed my mind", at=database_now())
    entries = rows()
    assert {entry["order_state"] for entry in entries} == {"cancelled"}
    assert (cents(entries, "list"), cents(entries, "discount"), cents(entries, "net")) == (0, 0, 0)
    assert cents(sold(entries), "discount") == order.discount_cents


def test_free_shipping_is_a_discount_of_its_own_and_comes_back(shop):
    make_campaign("free_shipping", layer="shipping", name="Free shipping")
    sku = make_sku(shop=shop)
    order = make_paid_order({sku: 2})
    assert [(entry["entry"], entry["discount"]) for entry in rows() if entry["line"] is None] == [
        ("shipping", "0.00"),
        ("shipping_discount", "8.00"),
    ]
    refund(order, {sku: 2})
    assert (cents(rows(), "list"), cents(rows(), "discount")) == (0, 0)


def test_days_are_days_of_the_site_and_both_are_included(goods):
    order = make_paid_order(goods)
    zone = ZoneInfo("Asia/Shanghai")
    day = date(2026, 3, 5)
    for at, inside in [
        (datetime(2026, 3, 4, 23, 59, 59, 999999, tzinfo=zone), False),
        (datetime(2026, 3, 5, tzinfo=zone), True),
        (datetime(2026, 3, 5, 23, 59, 59, 999999, tzinfo=zone), True),
        (datetime(2026, 3, 6, tzinfo=zone), False),
    ]:
        Order.objects.filter(pk=order.pk).update(placed_at=at)
        assert bool(rows(since=day, until=day)) is inside


def test_refund_counts_on_its_own_day(goods):
    order = make_paid_order(goods)
    Order.objects.filter(pk=order.pk).update(placed_at=database_now() - timedelta(days=30))
    one = refund(order, {next(iter(goods)): 1})
    today = one.decided_at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert {entry["entry"] for entry in rows(since=today, until=today)} == {"goods_back", "discount_back"}


MANY_LINES = """
    INSERT INTO storefront_orderline (order_id, position, key, shop_id, sku_id, name, name_zh, quantity, list_cents,
                                      net_cents, returned, refunded_cents)
    SELECT %s, n, 'many', %s, %s, 'Tea', '', 1, 0, 0, 0, 0 FROM generate_series(10, 30009) n
"""


def test_memory_does_not_grow_with_the_number_of_rows(shop):
    sku = make_sku(shop=shop)
    order = make_order({sku: 1})
    with connection.cursor() as cursor:
        cursor.execute(MANY_LINES, [order.pk, shop.pk, sku.pk])
        # As autovacuum does it for whatever grows: planned for the few rows before, the report takes half a minute.
        cursor.execute("ANALYZE storefront_orderline")
    tracemalloc.start()
    try:
        count = sum(1 for _ in DiscountShares().rows(**EVER))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000 + 2
    assert peak < 8_000_000, peak


def test_orders_of_the_past_are_there_only_when_asked_for(goods):
    order = make_paid_order(goods)
    Order.objects.filter(pk=order.pk).update(source="import")
    assert rows() == []
    assert {entry["source"] for entry in rows(imported=True)} == {"import"}


def test_every_column_is_documented_and_no_report_hides_another():
    assert REPORTS["discount_shares"] is DiscountShares
    assert all(str(column.meaning) for column in DiscountShares.columns)
    with pytest.raises(ValueError, match="two reports are called discount_shares"):
        report("discount_shares", title="again")(type("Other", (), {}))
