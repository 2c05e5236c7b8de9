"""Goods leave the shelf with the order and come back with its cancellation or refund."""

import pytest

from campaigns.commands.reserving import release
from campaigns.commands.transitions import move_campaign
from campaigns.models import StockBucket
from pricing.clock import database_now
from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import begin_counting, write_off
from pricing.models import OnHandStock, StockMovement
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.models import Goods
from tests.factories.campaigns import approve, make_campaign, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]


def free(sku):
    return OnHandStock.objects.get(pk=sku.pk).free


def moved(sku):
    rows = StockMovement.objects.filter(sku=sku).order_by("pk").exclude(kind="counted")
    return list(rows.values_list("kind", "units", "free_units"))


def cancel(order):
    cancel_order(order_id=order.pk, reason="changed my mind", at=database_now())


def gifts_of(sku):
    return {"gifts": [{"sku": sku.code, "value_cents": 3000, "stock_units": 5}]}


def test_order_takes_goods_off_the_shelf_and_its_cancellation_puts_them_back():
    tea, cup, uncounted = make_sku(on_hand=10), make_sku(on_hand=4), make_sku()
    order = make_order({tea: 3, cup: 4, uncounted: 2})
    assert (free(tea), free(cup)) == (7, 0)
    cancel(order)
    assert moved(cup) == [("sale", -4, -4), ("cancellation", 4, 4)]
    assert (free(tea), free(cup)) == (10, 4)
    assert audit() == []


def test_refunded_goods_go_back_on_the_shelf_or_are_written_off_as_the_approver_says(settings):
    settings.REFUND_SELF_SERVICE_CENTS = 0
    sku = make_sku(on_hand=10)
    order = make_paid_order({sku: 3})
    refund(order, {sku: 1})
    refund(order, {sku: 2}, goods=Goods.WRITTEN_OFF)
    assert moved(sku) == [("sale", -3, -3), ("return", 1, 1), ("return", 2, 0), ("write_off", -2, 0)]
    assert free(sku) == 8
    assert audit() == []


def test_small_refund_nobody_looks_at_puts_damaged_goods_on_no_shelf(settings):
    settings.REFUND_SELF_SERVICE_CENTS = 1_000_000
    sku = make_sku(on_hand=10)
    order = make_paid_order({sku: 2})
    refund(order, {sku: 1}, fault="seller", approved=False)
    refund(order, {sku: 1}, approved=False)
    assert free(sku) == 9
    assert audit() == []


def test_pieces_of_a_campaign_come_out_of_its_reservation_and_go_back_there():
    sku = make_sku(on_hand=10)
    make_campaign("percent_off", stock={sku: 6})
    assert free(sku) == 4
    order = make_order({sku: 8})
    assert (free(sku), StockBucket.objects.get().used) == (2, 6)
    assert moved(sku) == [("reservation", 0, -6), ("sale", -8, -2)]
    cancel(order)
    assert (free(sku), StockBucket.objects.get().used) == (4, 0)
    assert audit() == []


def test_pieces_that_come_back_when_the_campaign_is_over_are_free_for_everybody():
    sku = make_sku(on_hand=10)
    campaign = make_campaign("percent_off", stock={sku: 6})
    order = make_order({sku: 2})
    move_campaign(campaign_id=campaign.pk, move="stop", by=make_user(), at=database_now(), reason="enough")
    assert release(campaign_id=campaign.pk, at=database_now())
    assert free(sku) == 8
    cancel(order)
    assert free(sku) == 10
    assert audit() == []


def test_refunded_pieces_that_are_lost_shrink_the_activity_stock(settings):
    settings.REFUND_SELF_SERVICE_CENTS = 0
    sku = make_sku(on_hand=10)
    make_campaign("percent_off", stock={sku: 5})
    order = make_paid_order({sku: 3})
    refund(order, {sku: 2}, goods=Goods.WRITTEN_OFF)
    bucket = StockBucket.objects.get()
    assert (bucket.used, bucket.total, free(sku)) == (1, 3, 5)
    assert audit() == []


def test_piece_that_two_campaigns_have_reserved_is_free_of_the_other_when_it_is_sold():
    sku = make_sku(on_hand=10)
    make_campaign("percent_off", stock={sku: 4})
    make_campaign("spend_tiers", stock={sku: 4})
    assert free(sku) == 2
    order = make_order({sku: 3})
    assert free(sku) == 5
    assert audit() == []
    cancel(order)
    assert free(sku) == 2
    assert audit() == []


def test_gifts_leave_the_shelf_too():
    mug, tea = make_sku(on_hand=5), make_sku(on_hand=5)
    gifts = [{"sku": mug.code, "value_cents": 3000, "stock_units": 3}]
    make_campaign("gift", params={"gifts": gifts}, layer="order", sku=tea)
    assert free(mug) == 2
    order = make_order({tea: 1}, customer=make_customer())
    assert (free(mug), free(tea)) == (2, 4)
    assert moved(mug) == [("reservation", 0, -3), ("sale", -1, 0)]
    cancel(order)
    assert audit() == []
    assert free(mug) == 2


def test_goods_of_an_order_from_before_counting_do_not_come_back_into_the_count():
    sku = make_sku()
    order = make_order({sku: 3})
    begin_counting(sku_id=sku.pk, units=7, source="count", act=Act(at=database_now()))
    cancel(order)
    assert free(sku) == 7
    assert audit() == []


def in_force_again(campaign, benefit, **fields):
    """Approve a new version of a campaign."""
    approve(make_revision(benefit, campaign=campaign, **fields))


def test_what_was_sold_before_it_was_counted_is_no_piece_that_its_campaign_could_reserve():
    tea, mug = make_sku(), make_sku()
    gift = {"params": gifts_of(mug), "layer": "order"}
    sold, given = make_campaign("percent_off", stock={tea: 6}), make_campaign("gift", sku=tea, **gift)
    order = make_order({tea: 2})
    for sku in (tea, mug):
        begin_counting(sku_id=sku.pk, units=20, source="count", act=Act(at=database_now()))
    in_force_again(sold, "percent_off", stock={tea: 6})
    in_force_again(given, "gift", sku=tea, **gift)
    cancel(order)
    assert audit() == []
    assert (free(tea), free(mug)) == (16, 16)
    assert StockBucket.objects.values_list("total", "used").get() == (4, 0)


@pytest.mark.parametrize(("drowned", "still_reserved"), [(5, [1, 4]), (4, [2, 4])])
def test_an_order_of_twice_reserved_pieces_can_be_cancelled_when_the_others_are_gone(drowned, still_reserved):
    sku = make_sku(on_hand=10)
    for benefit in ("percent_off", "spend_tiers"):
        make_campaign(benefit, stock={sku: 4})
    order = make_order({sku: 3})
    gone = Act(at=database_now(), reason="wet", by=make_user())
    write_off(sku_id=sku.pk, units=drowned, source="flood", act=gone)
    cancel(order)
    assert sorted(StockBucket.objects.values_list("total", "used")) == [(total, 0) for total in still_reserved]
    assert free(sku) == 0
    assert audit() == []


def test_a_gift_that_a_new_version_gives_no_more_is_reserved_no_more():
    tea, mug, tote = make_sku(), make_sku(on_hand=10), make_sku(on_hand=10)
    campaign = make_campaign("gift", params=gifts_of(mug), layer="order", sku=tea)
    order = make_order({tea: 1})
    in_force_again(campaign, "gift", params=gifts_of(tote), layer="order", sku=tea)
    assert (free(mug), free(tote)) == (9, 5)
    cancel(order)
    assert free(mug) == 10
    assert audit() == []


def test_pieces_that_two_campaigns_sold_beside_each_other_are_all_reserved_again():
    sku = make_sku(on_hand=5)
    for rate_bp, units in ((5_000, 2), (8_000, 3)):
        make_campaign("percent_off", params={"rate_bp": rate_bp}, stock={sku: units}, with_platform_activities=False)
    order = make_order({sku: 5})
    assert sorted(StockBucket.objects.values_list("total", "used")) == [(2, 2), (3, 3)]
    cancel(order)
    assert sorted(StockBucket.objects.values_list("total", "used")) == [(2, 0), (3, 0)]
    assert free(sku) == 0
    assert audit() == []
