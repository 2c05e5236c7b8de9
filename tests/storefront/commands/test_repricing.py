"""Part returns of orders with an offer that says so: what is kept costs what it would have cost alone."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Sum

from campaigns.commands.transitions import move_campaign
from campaigns.models import CampaignBudget
from coupons.models import Coupon, TemplateBudget
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands.refunds import RefundRequest, approve_refund, refund_quote, request_refund
from storefront.models import DiscountShare, Order, PaymentEntry, RefundLine
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-10", "REV-05")]

REPRICE = {"refund_policy": "reprice"}
TIERS = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]}


@pytest.fixture
def bought():
    """150 + 50 with a coupon of 10 off 100 that says `reprice`: 190 paid."""
    large, small, customer = make_sku(list_cents=15_000), make_sku(list_cents=5_000), make_customer()
    coupon = make_lasting_coupon(customer, template=make_template(**REPRICE))
    order = make_paid_order({large: 1, small: 1}, customer=customer, coupons=[coupon])
    assert order.total_cents == 19_000
    return order, large, small, coupon


def state_of(coupon):
    return Coupon.objects.get(pk=coupon.pk).state


def test_a_coupon_on_the_fee_of_a_shop_comes_back_with_all_that_was_bought_there():
    shop, customer = make_shop(shipping_fee_cents=800), make_customer()
    near, far = make_sku(shop=shop), make_sku()
    free = make_template("free_shipping", shop=shop, params={}, face_cents=800, threshold_cents=None, **REPRICE)
    coupon = make_lasting_coupon(customer, template=free)
    order = make_paid_order({near: 2, far: 1}, customer=customer, coupons=[coupon])
    assert (order.total_cents, order.shipping_discount_cents) == (30_000, 800)
    refund(order, {near: 1})
    assert state_of(coupon) == "used"
    refund(order, {near: 1})
    assert (state_of(coupon), TemplateBudget.objects.get().used_cents) == ("unused", 800)
    assert refund(order, {far: 1}).amount_cents == 10_000
    assert (state_of(coupon), audit()) == ("unused", [])


def test_goods_kept_below_the_threshold_lose_the_coupon_which_comes_back(bought):
    order, large, small, coupon = bought
    asked = refund(order, {large: 1})
    assert (asked.amount_cents, asked.repriced, asked.not_collected_cents) == (14_000, True, 0)
    assert list(RefundLine.objects.order_by("pk").values_list("units", "amount_cents")) == [(1, 14_250), (0, -250)]
    assert state_of(coupon) == "unused"
    assert refund(order, {small: 1}).amount_cents == 5_000
    assert state_of(coupon) == "unused"
    assert audit() == []


def test_goods_kept_above_the_threshold_take_the_whole_discount_over(bought):
    order, large, small, coupon = bought
    assert refund(order, {small: 1}).amount_cents == 5_000
    moved = DiscountShare.objects.get(refund__isnull=False)
    assert (moved.order_line.sku, moved.amount_cents, moved.sequence, moved.coupon) == (large, 250, 2, coupon)
    assert state_of(coupon) == "used"
    assert refund(order, {large: 1}).amount_cents == 14_000
    assert state_of(coupon) == "unused"
    assert audit() == []


def test_a_coupon_that_has_expired_is_lost_with_its_discount(bought):
    order, large, _, coupon = bought
    Coupon.objects.filter(pk=coupon.pk).update(valid_until=order.placed_at + timedelta(microseconds=1))
    assert refund(order, {large: 1}).amount_cents == 14_000
    assert state_of(coupon) == "used"


@pytest.mark.req("REV-06")
def test_the_seller_s_fault_leaves_the_discount_with_what_is_kept(bought):
    order, large, small, coupon = bought
    asked = refund(order, {large: 1}, fault="seller")
    assert (asked.amount_cents, asked.repriced) == (14_250, False)
    assert state_of(coupon) == "used"
    assert refund(order, {small: 1}).amount_cents == 4_750
    assert audit() == []


def test_what_the_seller_s_fault_left_with_the_goods_stays_at_later_returns_too():
    large, small, least = [make_sku(list_cents=cents) for cents in (15_000, 5_000, 100)]
    customer = make_customer()
    coupon = make_lasting_coupon(customer, template=make_template(**REPRICE))
    order = make_paid_order({large: 1, small: 1, least: 1}, customer=customer, coupons=[coupon])
    refund(order, {large: 1}, fault="seller")
    asked = refund(order, {least: 1})
    assert (asked.amount_cents, asked.repriced) == (95, False)


@pytest.mark.parametrize(("fault", "state"), [("shopper", "approved"), ("seller", "requested")])
def test_a_word_that_saves_a_discount_is_looked_at_by_a_person(bought, settings, fault, state):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    order, large, _, _ = bought
    assert refund(order, {large: 1}, fault=fault, approved=False).state == state


def test_a_refund_above_the_list_price_of_the_goods_is_looked_at_by_a_person(settings):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    make_campaign("nth_unit_off", layer="multi", params={"every": 2, "rate_bp": 5_000}, **REPRICE)
    dear, cheap = make_sku(list_cents=10_000), make_sku(list_cents=10)
    order = make_paid_order({dear: 2, cheap: 2})
    asked = refund(order, {cheap: 2}, approved=False)
    assert (asked.amount_cents > 20, asked.state) == (True, "requested")


def test_a_budget_that_is_used_up_holds_when_a_refund_cannot_bear_everything():
    shop = make_shop()
    wide, middle, low, least = [make_sku(list_cents=cents, shop=shop) for cents in (1_000, 900, 800, 200)]
    alone = {"with_platform_activities": False} | REPRICE
    second = {"every": 2, "rate_bp": 5_000, "max_times": 1}
    make_campaign("nth_unit_off", sku=[wide, middle, low], layer="multi", params=second, budget_cents=450, **alone)
    tiers = {"tiers": [{"threshold_cents": 1_000, "off_cents": 990}]}
    make_campaign("spend_tiers", sku=[low, least], params=tiers, **alone)
    order = make_paid_order({wide: 1, middle: 1, low: 1, least: 1})
    asked = refund(order, {least: 1})
    assert (asked.amount_cents, asked.not_collected_cents > 0) == (0, True)
    assert CampaignBudget.objects.get().used_cents <= 450
    assert audit() == []


def test_a_coupon_gives_no_more_than_its_budget_was_settled_with():
    # given 20 % of the one, which the reduction of both makes cheaper: 1,516 at checkout, 1,800 without the other
    one, other, customer = make_sku(list_cents=9_000), make_sku(list_cents=10_000), make_customer()
    tiers = {"tiers": [{"threshold_cents": 19_000, "off_cents": 3_000}]}
    make_campaign("spend_tiers", params=tiers, **REPRICE)
    fifth = {"params": {"rate_bp": 2_000, "cap_cents": 3_000}, "threshold_cents": None, "face_cents": 3_000}
    template = make_template("percent_off", sku=one, budget_cents=3_000, **fifth, **REPRICE)
    coupon = make_lasting_coupon(customer, template=template)
    order = make_paid_order({one: 1, other: 1}, customer=customer, coupons=[coupon])
    assert order.total_cents == 19_000 - 3_000 - 1_516
    # when
    asked = refund(order, {other: 1})
    # then
    assert (asked.amount_cents, asked.not_collected_cents) == (order.total_cents - 9_000 + 1_516, 0)
    of_coupon = DiscountShare.objects.filter(coupon=coupon).annotate(back=Sum("reversals__amount_cents", default=0))
    assert sum(share.amount_cents - share.back for share in of_coupon) == 1_516
    assert TemplateBudget.objects.get().used_cents == 1_516
    assert audit() == []


def test_pieces_of_one_line_come_back_at_what_the_rest_does_not_cost():
    make_campaign("spend_tiers", params=TIERS, budget_cents=100_000, **REPRICE)
    sku = make_sku()
    order = make_paid_order({sku: 3})
    assert [refund(order, {sku: 1}).amount_cents for _ in range(3)] == [5_000, 10_000, 10_000]
    assert CampaignBudget.objects.get().used_cents == 0
    assert audit() == []


def test_nobody_pays_for_sending_back_and_what_is_not_collected_stays_with_the_goods():
    make_campaign("spend_tiers", params=TIERS, **REPRICE)
    large, small = make_sku(list_cents=29_900), make_sku(list_cents=100)
    order = make_paid_order({large: 1, small: 1})
    asked = refund(order, {small: 1})
    assert (asked.amount_cents, asked.not_collected_cents) == (0, 4_900)
    assert refund(order, {large: 1}).amount_cents == 25_000
    assert audit() == []


def test_an_offer_that_says_nothing_of_it_keeps_its_discount_where_it_is():
    make_campaign("spend_tiers", params=TIERS)
    sku = make_sku()
    order = make_paid_order({sku: 3})
    quote = refund_quote(order=order, units={order.lines.get().pk: 1})
    assert (quote.amount_cents, quote.repriced) == (8_333, False)


def test_the_price_is_made_from_the_order_s_own_document_whatever_runs_now():
    campaign = make_campaign("spend_tiers", params=TIERS, **REPRICE)
    sku = make_sku()
    order = make_paid_order({sku: 4})
    move_campaign(campaign_id=campaign.pk, move="stop", by=make_user(), at=database_now(), reason="Over")
    sku.list_cents = 1
    sku.save()
    assert refund(order, {sku: 1}).amount_cents == 10_000
    assert refund(order, {sku: 1}).amount_cents == 5_000


@pytest.mark.parametrize("seed", range(12))
def test_random_orders_given_back_in_random_steps_leave_nothing(seed):
    chance = random.Random(seed)
    # given two shops, a limited flash price that splits a line, a budget, and a coupon; all of it may be priced again
    shops = [make_shop(shipping_fee_cents=fee) for fee in (599, 0)]
    skus = [make_sku(list_cents=cents, shop=shops[cents % 2]) for cents in (333, 1_001, 4_999, 7_777, 12_345)]
    make_campaign("percent_off", sku=skus[:3], params={"rate_bp": 1_337}, limit_units=3, **REPRICE)
    tiers = [{"threshold_cents": 5_000, "off_cents": 700}, {"threshold_cents": 20_000, "off_cents": 4_001}]
    make_campaign(params={"tiers": tiers}, budget_cents=10_000_000)
    customer = make_customer()
    coupon = make_lasting_coupon(customer, template=make_template(**REPRICE))
    order = make_paid_order({sku: chance.randint(1, 5) for sku in skus}, customer=customer)
    # when
    held = {line.pk: line.quantity for line in order.lines.all()}
    while any(held.values()):
        units = {line: chance.randint(0, left) for line, left in held.items()}
        if any(units.values()):
            fault = chance.choice(["shopper", "shopper", "seller"])
            give_back(order, units, fault)
            held = {line: held[line] - units[line] for line in held}
    # then
    order.refresh_from_db()
    assert order.refunded_cents == order.total_cents
    assert PaymentEntry.objects.aggregate(sum=Sum("amount_cents"))["sum"] == 0
    for share in DiscountShare.objects.annotate(back=Sum("reversals__amount_cents")):
        assert (share.back or 0) == share.amount_cents
    assert CampaignBudget.objects.get().used_cents == 0
    assert state_of(coupon) == "unused"
    assert audit() == []


def give_back(order, units, fault):
    shown = refund_quote(order=Order.objects.get(pk=order.pk), units=units, fault=fault).amount_cents
    request = RefundRequest(units=units, key=uuid4(), shown_cents=shown, fault=fault)
    asked = request_refund(order_id=order.pk, request=request, at=database_now())
    if asked.state == "requested":
        approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
