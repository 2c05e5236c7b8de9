"""Figures are worked out by hand: 100 less 10, and 20 % off every CUP, one unit at a time."""

import csv
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from pricing.models import Category, Product, Sku
from promo_site.replaying.carts import past_orders
from promo_site.replaying.offers import UnknownCampaign, replayed_offers
from promo_site.replaying.run import Totals, replay
from storefront.models import DiscountShare, Order
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_campaign, make_revision
from tests.factories.storefront import make_paid_order
from tests.promo_site.importing.csv_files import order_file
from tests.promo_site.importing.state import imported

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-15")]

BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
ROWS = [
    "1001,JUG,JUG,1,2011-03-01 10:00:00,100.00,1,France",
    "1002,CUP,CUP,3,2011-03-02 10:00:00,2.55,2,France",
    "1003,JUG,JUG,1,2011-03-03 10:00:00,100.00,1,Spain",
    "1003,CUP,CUP,10,2011-03-03 10:00:00,2.55,1,Spain",
    "1004,POT,POT,1,2011-03-04 10:00:00,99.99,,France",
]


@pytest.fixture
def history(tmp_path):
    imported(order_file(tmp_path, *ROWS))


@pytest.fixture
def campaigns(history):
    return [make_campaign("spend_tiers"), make_campaign("percent_off", sku=Sku.objects.get(code="CUP"))]


def replayed(*campaigns, since=BEGINNING, until=END):
    return list(replay(replayed_offers(campaign.pk for campaign in campaigns), since=since, until=until))


def test_orders_cost_what_they_would_have_cost(campaigns):
    tiers, off = (campaign.offer_id for campaign in campaigns)
    orders = replayed(*campaigns)
    assert [(one.number, one.before_cents, one.discount_cents, one.after_cents, one.by_offer) for one in orders] == [
        ("import-1001", 10_000, 1_000, 9_000, {tiers: 1_000}),
        ("import-1002", 765, 153, 612, {off: 153}),
        ("import-1003", 12_550, 1_510, 11_040, {tiers: 1_000, off: 510}),
        ("import-1004", 9_999, 0, 9_999, {}),
    ]
    assert all(one.optimal and not one.broken for one in orders)
    assert [one.lines for one in orders] == [1, 1, 2, 1]


def test_totals_sum_the_orders(campaigns):
    totals = Totals()
    for one in replayed(*campaigns):
        totals.add(one)
    assert (totals.orders, totals.touched, totals.broken, totals.not_proved) == (4, 3, 0, 0)
    assert (totals.before_cents, totals.discount_cents, totals.after_cents) == (33_314, 2_663, 30_651)
    assert totals.touched_before_cents == 23_315
    assert totals.discount_bp == 799
    assert sorted(totals.by_offer.values()) == [663, 2_000]
    assert sorted(totals.orders_by_offer.values()) == [2, 2]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"approved": False}, id="draft"),
        pytest.param({"paused": True}, id="paused"),
        pytest.param({"starts_at": LONG_AGO, "ends_at": LONG_AGO.replace(year=2021)}, id="over"),
        pytest.param({"stock": 1}, id="one unit in stock"),
        pytest.param({"limit_units": 1, "limit_orders": 1}, id="one unit per shopper"),
        pytest.param({"budget_cents": 1}, id="no budget"),
    ],
)
def test_period_state_stock_limits_and_budget_are_left_aside(history, fields):
    assert sum(one.discount_cents for one in replayed(make_campaign("spend_tiers", **fields))) == 2_000


def test_newest_draft_counts_only_where_nothing_is_approved(history):
    approved, draft = make_campaign("spend_tiers"), make_campaign("spend_tiers", approved=False)
    richer = {"tiers": [{"threshold_cents": 10_000, "off_cents": 3_000}]}
    for campaign in (approved, draft):
        make_revision("spend_tiers", campaign=campaign, params=richer)
    assert sum(one.discount_cents for one in replayed(approved)) == 2_000
    assert sum(one.discount_cents for one in replayed(draft)) == 6_000


def test_price_of_the_row_counts_not_todays_and_the_floor_holds(history):
    Sku.objects.filter(code="JUG").update(list_cents=1, floor_cents=95_00)
    orders = replayed(make_campaign("spend_tiers", scopes=[{"product": Product.objects.get(code="JUG")}]))
    assert [one.after_cents for one in orders if one.by_offer] == [9_500, 12_050]


def test_goods_that_are_never_discounted_stay_at_their_price(history):
    Product.objects.filter(code="JUG").update(never_discounted=True)
    assert sum(one.discount_cents for one in replayed(make_campaign("spend_tiers"))) == 0


def test_category_above_that_of_the_product_is_in_scope(history):
    above = Category.objects.create(code="above", name="Above")
    Category.objects.filter(code="imported").update(parent=above)
    assert (
        sum(one.discount_cents for one in replayed(make_campaign("spend_tiers", scopes=[{"category": above}]))) == 2_000
    )


def test_customer_has_placed_as_many_orders_as_came_before_also_outside_the_period(history):
    (first, third) = (
        order.cart.shopper for order in past_orders(since=BEGINNING, until=END) if order.cart.shopper.id == "import-1"
    )
    assert (first.orders_placed, third.orders_placed) == (0, 1)
    (only,) = (
        order
        for order in past_orders(since=datetime(2011, 3, 3, tzinfo=UTC), until=datetime(2011, 3, 3, 12, tzinfo=UTC))
    )
    assert (only.number, only.cart.shopper.orders_placed, only.cart.region) == ("import-1003", 1, "Spain")


def test_guest_is_unknown(history):
    guest = next(
        order.cart.shopper for order in past_orders(since=BEGINNING, until=END) if order.number == "import-1004"
    )
    assert (guest.id, guest.orders_placed) == (None, None)


def test_orders_of_the_shop_are_no_part_of_it(history):
    make_paid_order()
    assert [one.number for one in replayed(make_campaign("spend_tiers"))] == [f"import-{n}" for n in range(1001, 1005)]


def test_replay_writes_nothing(campaigns):
    before = list(Order.objects.order_by("pk").values())
    replayed(*campaigns)
    assert list(Order.objects.order_by("pk").values()) == before
    assert not DiscountShare.objects.exists()


def test_unknown_campaign_is_refused_by_its_number(history):
    known = make_campaign("spend_tiers")
    with pytest.raises(UnknownCampaign, match="There is no such campaign: 998, 999"):
        replayed_offers([known.pk, 999, 998])


def test_campaign_without_revision_is_refused(history):
    bare = Campaign.objects.create(created_by=make_campaign().created_by, created_at=LONG_AGO)
    with pytest.raises(UnknownCampaign, match=str(bare.pk)):
        replayed_offers([bare.pk])


def test_command_says_what_it_leaves_aside_and_writes_the_orders(campaigns, tmp_path, capsys):
    out = tmp_path / "orders.csv"
    call_command("replay", campaign=[campaign.pk for campaign in campaigns], out=out, no_progress=True)
    said = capsys.readouterr().out
    assert "period, state, stock, limits and budget are left aside" in said
    assert "orders           4, touched 3" in said
    assert "value before     333.14, of the touched 233.15" in said
    assert "discount         26.63, 7.99 % of the value before" in said
    assert "value after      306.51" in said
    assert "broken promises  0" in said
    assert "orders per second" in said
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["Order"], row["Placed at"], row["Before"], row["Discount"], row["Discount %"]) for row in rows][2] == (
        "import-1003", "2011-03-03 10:00+08:00", "125.50", "15.10", "12.03",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "orders"), [("2011-03-02", "2011-03-03", 2), ("2011-03-04", None, 1), (None, "2011-03-01", 1)]
)
def test_period_includes_both_days(campaigns, capsys, since, until, orders):
    days = [f"--{name}={day}" for name, day in (("since", since), ("until", until)) if day]
    call_command("replay", "--campaign", str(campaigns[0].pk), "--no-progress", *days)
    assert f"orders           {orders}, " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--campaign", "9999"], "There is no such campaign: 9999"),
        (["--campaign", "x"], "invalid int value: 'x'"),
        ([], "--campaign"),
        (["--campaign", "1", "--since", "2011-02-30"], "2011-02-30"),
        (["--campaign", "1", "--since", "2011-03-02", "--until", "2011-03-01"], "--since must not be later"),
    ],
)
def test_wrong_request_gets_one_clear_sentence(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("replay", *options)


def test_file_that_cannot_be_written_gets_one_clear_sentence(campaigns, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("replay", campaign=[campaigns[0].pk], out=tmp_path / "no" / "orders.csv", no_progress=True)


def test_broken_promise_ends_the_command_with_the_order_named(campaigns, monkeypatch):
    monkeypatch.setattr("promo_site.replaying.run.broken_promises", lambda *_: ["total 1, its lines 2"])
    with pytest.raises(
        CommandError, match="4 orders break a promise of the engine:\nimport-1001: total 1, its lines 2"
    ):
        call_command("replay", campaign=[campaigns[0].pk], no_progress=True)
