"""Campaigns by day: every figure is a sum of the same stored cents that the report by order line lists."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas
import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from analytics.reports.campaign_days import CampaignDays, by_day, whole
from analytics.reports.discount_shares import DiscountShares
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.models import DiscountShare, Order, ShareReversal
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("ANA-05")]

EVER = {"since": date(2000, 1, 1), "until": date(2100, 1, 1)}
ZONE = ZoneInfo("Asia/Shanghai")


def rows_of(report, **asked):
    columns = [column.name for column in report.columns]
    return [dict(zip(columns, row, strict=True)) for row in report().rows(**(EVER | asked))]


def days(**asked):
    return rows_of(CampaignDays, **asked)


def total(campaign, **asked):
    (found,) = [row for row in days(**asked) if row["campaign"] == campaign.pk and row["day"] == "total"]
    return found


def cents(text):
    return int(text.replace(".", ""))


def entry_cents(entries, column):
    return sum(cents(entry[column]) for entry in entries)


@pytest.fixture
def shop():
    return make_shop("tea-house", shipping_fee_cents=800)


@pytest.fixture
def tea(shop):
    return make_sku("TEA", shop=shop, list_cents=9_999)


@pytest.fixture
def milk(shop):
    return make_sku("MILK", shop=shop, list_cents=5_001)


@pytest.fixture
def tea_campaign(shop, tea):
    return make_campaign("percent_off", sku=tea, shop=shop, platform_share_bp=3_300, name="=Tea")


def test_day_shows_what_was_sold_what_it_cost_whom_and_what_came_back(tea, milk, tea_campaign):
    make_campaign("spend_tiers", name="Ten off")
    order = make_paid_order({tea: 3, milk: 2})
    refund(order, {tea: 1})
    day, in_all = [row for row in days() if row["campaign"] == tea_campaign.pk]
    assert day == {
        "campaign": tea_campaign.pk,
        "campaign_name": "=Tea",
        "day": database_now().astimezone(ZONE).date().isoformat(),
        "orders": 1,
        "units": 3,
        "list": "299.97",
        "discount_platform": "19.80",
        "discount_shops": "40.20",
        "other_discounts": day["other_discounts"],
        "net": day["net"],
        "units_back": -1,
        "list_back": "-99.99",
        "discount_platform_back": "-6.60",
        "discount_shops_back": "-13.40",
        "other_discounts_back": day["other_discounts_back"],
        "net_back": day["net_back"],
        "kept": day["kept"],
    }
    line = order.lines.get(sku=tea)
    line.refresh_from_db()
    assert cents(day["net"]) == line.net_cents
    assert cents(day["net_back"]) == -line.refunded_cents
    assert cents(day["kept"]) == line.net_cents - line.refunded_cents
    assert in_all == day | {"day": "total"}


def test_figures_are_the_sums_of_the_report_by_order_line(shop, tea, milk, tea_campaign):
    ten_off = make_campaign("spend_tiers", name="Ten off")
    free = make_campaign("free_shipping", layer="shipping", params={}, name="Free shipping")
    customer = make_customer()
    first = make_paid_order({tea: 3, milk: 2}, customer=customer, coupons=[make_lasting_coupon(customer)])
    make_paid_order({milk: 4})
    cancel_order(order_id=make_order({tea: 2}).pk, reason="changed my mind", at=database_now())
    refund(first, {tea: 1})
    refund(first, {tea: 1, milk: 2})
    entries = rows_of(DiscountShares)
    for campaign in (tea_campaign, ten_off, free):
        own = [entry for entry in entries if entry["campaign"] == campaign.pk]
        touched = {(entry["order"], entry["line"], entry["shop"]) for entry in own}
        meant = [entry for entry in entries if (entry["order"], entry["line"], entry["shop"]) in touched]
        sold = [entry for entry in meant if not entry["entry"].endswith("_back")]
        back = [entry for entry in meant if entry["entry"].endswith("_back")]
        found = total(campaign)
        assert found["orders"] == len({entry["order"] for entry in sold}) > 0
        for part, suffix in ((sold, ""), (back, "_back")):
            assert found[f"units{suffix}"] == sum(entry["quantity"] or 0 for entry in part)
            assert cents(found[f"list{suffix}"]) == entry_cents(part, "list")
            assert cents(found[f"net{suffix}"]) == entry_cents(part, "net")
            by_funder = {
                funder: entry_cents([entry for entry in own if entry in part and entry["funder"] == funder], "discount")
                for funder in ("platform", "tea-house")
            }
            assert cents(found[f"discount_platform{suffix}"]) == by_funder["platform"]
            assert cents(found[f"discount_shops{suffix}"]) == by_funder["tea-house"]
            rest = entry_cents(part, "discount") - sum(by_funder.values())
            assert cents(found[f"other_discounts{suffix}"]) == rest
        assert cents(found["kept"]) == entry_cents(meant, "net")


@pytest.mark.req("ANA-03", "REV-05")
def test_a_discount_that_a_refund_moved_sells_nothing_anew_and_its_cost_is_what_is_kept(milk):
    # given every second of three pieces at half price: the cheapest carries it, until it comes back
    dear, cheap = make_sku(list_cents=10_000), make_sku(list_cents=4_000)
    half = {"every": 2, "rate_bp": 5_000, "max_times": 1}
    campaign = make_campaign("nth_unit_off", layer="multi", params=half, refund_policy="reprice")
    order = make_paid_order({dear: 1, milk: 1, cheap: 1})
    sold = total(campaign)
    refund(order, {cheap: 1})
    after = total(campaign)
    assert [after[name] for name in ("orders", "units", "list", "discount_platform")] == [
        sold[name] for name in ("orders", "units", "list", "discount_platform")
    ]
    kept = DiscountShare.objects.filter(campaign_revision__campaign=campaign).aggregate(sum=Sum("amount_cents"))["sum"]
    kept -= ShareReversal.objects.aggregate(sum=Sum("amount_cents"))["sum"]
    assert cents(after["discount_platform"]) + cents(after["discount_platform_back"]) == kept > 0


def test_each_campaign_lists_its_days_in_order_and_then_their_sum(tea, tea_campaign):
    for day in (7, 5):
        order = make_paid_order({tea: 1})
        Order.objects.filter(pk=order.pk).update(placed_at=datetime(2026, 3, day, 12, tzinfo=ZONE))
    assert [(row["day"], row["orders"], row["list"]) for row in days()] == [
        ("2026-03-05", 1, "99.99"),
        ("2026-03-07", 1, "99.99"),
        ("total", 2, "199.98"),
    ]


def test_day_begins_and_ends_in_the_time_zone_of_the_site(tea, tea_campaign):
    order = make_paid_order({tea: 1})
    Order.objects.filter(pk=order.pk).update(placed_at=datetime(2026, 3, 5, tzinfo=ZONE))
    day = date(2026, 3, 5)
    assert [row["day"] for row in days(since=day, until=day)] == ["2026-03-05", "total"]
    assert days(since=day - timedelta(days=1), until=day - timedelta(days=1)) == []
    assert days(since=day + timedelta(days=1), until=day + timedelta(days=1)) == []


def test_goods_that_come_back_in_another_period_are_known_as_the_campaigns(shop, milk):
    """A cent over three units: the first unit that comes back carries none of it, and is still the campaign's."""
    cheap = make_campaign("spend_tiers", params={"tiers": [{"threshold_cents": 100, "off_cents": 1}]}, name="One cent")
    order = make_paid_order({milk: 3})
    Order.objects.filter(pk=order.pk).update(placed_at=database_now() - timedelta(days=30))
    today = refund(order, {milk: 1}).decided_at.astimezone(ZONE).date()
    found = total(cheap, since=today, until=today)
    assert (found["orders"], found["units"], found["units_back"]) == (0, 0, -1)
    assert (found["list"], found["list_back"]) == ("0.00", "-50.01")


def test_orders_of_the_past_are_there_only_when_asked_for(tea, tea_campaign):
    order = make_paid_order({tea: 1})
    Order.objects.filter(pk=order.pk).update(source="import")
    assert days() == []
    assert total(tea_campaign, imported=True)["orders"] == 1


def test_orders_without_a_campaign_are_in_no_row(milk):
    make_paid_order({milk: 1})
    assert days() == []


def entry(**changes):
    whole_entry = {
        "campaign": 1, "name": "One", "day": date(2026, 3, 5), "is_back": False, "orders": 1, "units": 1,
        "list": 10_000, "payer": "platform", "discount": 0,
    }  # fmt: skip
    return tuple((whole_entry | changes).values())


def test_sums_stay_exact_where_floats_would_lose_cents(monkeypatch):
    monkeypatch.setattr("analytics.reports.campaign_days.ENTRIES_AT_ONCE", 2)
    huge = 2**53
    entries = [entry(list=huge), entry(list=1), entry(list=1, is_back=True), entry(list=2)]
    sums = by_day(iter(entries))
    assert set(map(str, sums.dtypes)) == {"int64"}
    assert sums["list"].tolist() == [huge + 3]
    assert sums["list_back"].tolist() == [1]
    assert sums["orders"].tolist() == [3]


def test_cents_that_are_no_whole_numbers_are_refused():
    with pytest.raises(TypeError, match="not whole numbers: list"):
        whole(pandas.DataFrame({"units": [1], "list": [0.5]}))
    with pytest.raises(TypeError, match="not whole numbers: list"):
        by_day(iter([entry(list=0.5)]))
    with pytest.raises(TypeError, match="not whole numbers: units"):
        by_day(iter([entry(units=None), entry()]))


def test_one_query_reads_it_all(tea, milk, tea_campaign):
    make_campaign("spend_tiers", name="Ten off")
    make_paid_order({tea: 2, milk: 1})
    with CaptureQueriesContext(connection) as seen:
        assert len(days()) == 4
    assert ["storefront_order" in query["sql"] for query in seen].count(True) == 1
