"""Refunds: the amount shown is the amount paid, and every step is a reversing entry."""

from uuid import uuid4

import pytest
from django.db.models import Sum

from campaigns.models import CampaignBudget, LimitUse, StockBucket
from coupons.models import Coupon
from pricing.clock import database_now
from pricing.engine.errors import ReturnsTooMany
from storefront.commands.refunds import RefundRequest, approve_refund, refund_quote, reject_refund, request_refund
from storefront.models import DiscountShare, Order, OrderLine, PaymentEntry, Refund, ShareReversal
from storefront.refusals import CannotRefund, KeyReused, RefundChanged
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = pytest.mark.django_db


def request_for(order: Order, pieces: int = 1, **changes: object) -> RefundRequest:
    """For the first line of the order, at the exact amount."""
    line = order.lines.first()
    shown = refund_quote(order=order, units={line.pk: pieces}).amount_cents
    return RefundRequest(**{"units": {line.pk: pieces}, "key": uuid4(), "shown_cents": shown} | changes)


def ask(order: Order, request: RefundRequest) -> Refund:
    return request_refund(order_id=order.pk, request=request, at=database_now())


def nothing_moved(order: Order) -> bool:
    order.refresh_from_db()
    moved = [order.refunded_cents, *order.lines.values_list("returned", flat=True), ShareReversal.objects.count()]
    return not any(moved) and not PaymentEntry.objects.filter(kind="refund").exists()


def paid_by_shopper(order: Order) -> int:
    return PaymentEntry.objects.filter(order=order).aggregate(sum=Sum("amount_cents"))["sum"]


@pytest.mark.req("REV-02", "REV-04", "SHP-08")
def test_request_shows_and_approval_pays_the_same_amount():
    # given 3 × 100 less 10
    make_campaign(budget_cents=5_000)
    order = make_paid_order({make_sku(): 3})
    # when
    asked = ask(order, request_for(order, pieces=1))
    # then nothing has moved yet
    assert (asked.state, asked.amount_cents) == ("requested", 9_666)
    assert nothing_moved(order)
    # when
    agent = make_user()
    approve_refund(refund_id=asked.pk, by=agent, note="fine", at=database_now())
    # then
    asked.refresh_from_db()
    order.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decision_note) == ("approved", agent, "fine")
    assert (order.refunded_cents, paid_by_shopper(order)) == (9_666, 29_000 - 9_666)
    assert list(ShareReversal.objects.values_list("amount_cents", "refund")) == [(334, asked.pk)]
    assert CampaignBudget.objects.get().used_cents == 1_000 - 334
    line = OrderLine.objects.get()
    assert (line.returned, line.refunded_cents, line.net_cents) == (1, 9_666, 29_000)


@pytest.mark.req("REV-02", "PRC-05")
def test_units_given_back_one_by_one_sum_to_what_was_paid():
    make_campaign("spend_tiers", params={"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]})
    sku = make_sku()
    order = make_paid_order({sku: 3})
    assert [refund(order, {sku: 1}).amount_cents for _ in range(3)] == [8_333, 8_333, 8_334]
    assert paid_by_shopper(order) == 0
    assert ShareReversal.objects.aggregate(sum=Sum("amount_cents"))["sum"] == 5_000


@pytest.mark.req("CAM-08", "REV-05")
def test_stock_and_limits_come_back_with_the_units_and_the_order_with_its_last_unit():
    sku, customer = make_sku(), make_customer()
    campaign = make_campaign("percent_off", sku=sku, stock=5, limit_units=3, limit_orders=1)
    order = make_paid_order({sku: 3}, customer=customer)
    used = StockBucket.objects.filter(campaign=campaign)
    refund(order, {sku: 1})
    use = LimitUse.objects.get(campaign=campaign)
    assert (used.get().used, use.used_units, use.used_orders) == (2, 2, 1)
    refund(order, {sku: 2})
    use.refresh_from_db()
    assert (used.get().used, use.used_units, use.used_orders) == (0, 0, 0)


@pytest.mark.req("CAM-08", "REV-05")
def test_limit_on_free_shipping_counts_orders_and_comes_back_with_the_last_unit_of_the_shop():
    near, far = make_shop(shipping_fee_cents=500), make_shop()
    milk, tea, customer = make_sku(shop=near), make_sku(shop=far), make_customer()
    make_campaign("free_shipping", layer="shipping", params={}, shop=near, limit_orders=1)
    order = make_paid_order({milk: 2, tea: 1}, customer=customer)
    assert order.total_cents == 30_000
    assert make_order({milk: 1}, customer=customer).total_cents == 10_500
    refund(order, {milk: 1})
    assert LimitUse.objects.get().used_orders == 1
    refund(order, {milk: 1})
    assert LimitUse.objects.get().used_orders == 0
    refund(order, {tea: 1})
    assert LimitUse.objects.get().used_orders == 0


@pytest.mark.req("REV-05")
def test_shipping_of_a_shop_comes_back_with_its_last_unit():
    near, far = make_shop(shipping_fee_cents=500), make_shop(shipping_fee_cents=700)
    milk, tea = make_sku(shop=near), make_sku(shop=far)
    order = make_paid_order({milk: 2, tea: 1})
    amounts = [
        (row.goods_cents, row.shipping_cents)
        for row in (refund(order, {milk: 1}), refund(order, {tea: 1}), refund(order, {milk: 1}))
    ]
    assert amounts == [(10_000, 0), (10_000, 700), (10_000, 500)]
    assert paid_by_shopper(order) == 0
    order.refresh_from_db()
    assert order.refunded_cents == order.total_cents == 31_200


@pytest.mark.req("REV-05", "CPN-10")
def test_free_shipping_is_reversed_with_the_last_unit():
    shop = make_shop(shipping_fee_cents=500)
    sku = make_sku(shop=shop)
    make_campaign("free_shipping", layer="shipping", params={})
    order = make_paid_order({sku: 2})
    assert order.total_cents == 20_000
    refund(order, {sku: 1})
    assert not ShareReversal.objects.exists()
    refund(order, {sku: 1})
    assert list(ShareReversal.objects.values_list("amount_cents", flat=True)) == [500]


@pytest.mark.req("CPN-10", "REV-05")
def test_coupon_comes_back_with_the_last_part_only():
    sku, customer = make_sku(), make_customer()
    coupon = make_lasting_coupon(customer)
    order = make_paid_order({sku: 2}, customer=customer)
    refund(order, {sku: 1})
    assert Coupon.objects.get(pk=coupon.pk).state == "used"
    refund(order, {sku: 1})
    back = Coupon.objects.get(pk=coupon.pk)
    assert (back.state, back.valid_until) == ("unused", coupon.valid_until)


@pytest.mark.req("CPN-10")
def test_expired_coupon_does_not_come_back():
    customer = make_customer()
    coupon = make_lasting_coupon(customer)
    order = make_paid_order(customer=customer)
    asked = ask(order, request_for(order))
    Coupon.objects.filter(pk=coupon.pk).update(valid_from=LONG_AGO, valid_until=asked.requested_at)
    approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    assert Coupon.objects.get(pk=coupon.pk).state == "used"
    assert paid_by_shopper(order) == 0


@pytest.mark.req("CPN-10")
def test_coupon_that_expires_while_the_request_waits_comes_back():
    customer = make_customer()
    coupon = make_lasting_coupon(customer)
    order = make_paid_order(customer=customer)
    asked = ask(order, request_for(order))
    decided_at = database_now()
    Coupon.objects.filter(pk=coupon.pk).update(valid_until=decided_at)
    approve_refund(refund_id=asked.pk, by=make_user(), at=decided_at)
    assert Coupon.objects.get(pk=coupon.pk).state == "unused"


@pytest.mark.req("REV-02")
def test_rejected_request_moves_nothing_and_makes_room_for_another():
    order = make_paid_order()
    asked = ask(order, request_for(order))
    with pytest.raises(CannotRefund, match="Say why"):
        reject_refund(refund_id=asked.pk, by=make_user(), note=" ", at=database_now())
    reject_refund(refund_id=asked.pk, by=make_user(), note="worn", at=database_now())
    assert Refund.objects.get(pk=asked.pk).state == "rejected"
    assert nothing_moved(order)
    assert ask(order, request_for(order)).state == "requested"


def test_request_is_decided_once():
    order = make_paid_order()
    asked = ask(order, request_for(order))
    approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    with pytest.raises(CannotRefund, match="decided already"):
        approve_refund(refund_id=asked.pk, by=make_user(), at=database_now())
    with pytest.raises(CannotRefund, match="decided already"):
        reject_refund(refund_id=asked.pk, by=make_user(), note="no", at=database_now())
    assert paid_by_shopper(order) == 0


def test_one_request_waits_at_a_time():
    order = make_paid_order({make_sku(): 2})
    ask(order, request_for(order))
    with pytest.raises(CannotRefund, match="waiting"):
        ask(order, request_for(order))
    assert Refund.objects.count() == 1


def test_same_key_is_one_request_and_refuses_other_contents():
    order = make_paid_order({make_sku(): 2})
    request = request_for(order)
    assert ask(order, request).pk == ask(order, request).pk
    with pytest.raises(KeyReused):
        ask(order, request_for(order, pieces=2, key=request.key))


@pytest.mark.req("REV-05")
def test_another_amount_than_shown_is_refused_with_the_right_one():
    order = make_paid_order()
    with pytest.raises(RefundChanged) as refusal:
        ask(order, request_for(order, shown_cents=9_999))
    assert (refusal.value.figures["amount_cents"], refusal.value.field) == (10_000, "shown_cents")
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"units": {}}, CannotRefund, "units"),
        ({"units": {0: 1}}, CannotRefund, "units"),
        ({"fault": "weather"}, CannotRefund, "fault"),
        ({"reason": "x" * 201}, CannotRefund, "reason"),
    ],
)
def test_wrong_request_names_the_field(changes, kind, field):
    order = make_paid_order()
    with pytest.raises(kind) as refusal:
        ask(order, request_for(order, **changes))
    assert refusal.value.field == field
    assert not Refund.objects.exists()


@pytest.mark.parametrize("units", [2, -1])
def test_more_units_than_held_and_negative_ones_are_refused(units):
    order = make_paid_order()
    line = order.lines.get()
    with pytest.raises(ReturnsTooMany):
        ask(order, RefundRequest(units={line.pk: units}, key=uuid4(), shown_cents=10_000))
    assert nothing_moved(order)


def test_unpaid_order_is_not_refunded():
    order = make_order()
    with pytest.raises(CannotRefund, match="paid order"):
        ask(order, RefundRequest(units={order.lines.get().pk: 1}, key=uuid4(), shown_cents=0))


def test_order_of_nothing_to_pay_gives_goods_back_without_money():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, params={"rate_bp": 10_000})
    order = make_order({sku: 1})
    assert refund(order, {sku: 1}).amount_cents == 0
    assert not PaymentEntry.objects.exists()
    assert ShareReversal.objects.get().amount_cents == DiscountShare.objects.get().amount_cents == 10_000


def test_small_refunds_are_approved_at_once(settings):
    settings.REFUND_SELF_SERVICE_CENTS = 10_000
    order = make_paid_order({make_sku(): 2})
    first = ask(order, request_for(order))
    order.refresh_from_db()
    assert (first.state, first.decided_by, order.refunded_cents) == ("approved", None, 10_000)
    settings.REFUND_SELF_SERVICE_CENTS = 9_999
    assert ask(order, request_for(order)).state == "requested"


@pytest.mark.req("CPN-10")
@pytest.mark.parametrize(
    ("kept", "policy", "why"),
    [
        (2, "as_paid", "refunded in full"),
        (1, "as_paid", "refunded in full"),
        (2, "reprice", "refunded in full"),
        (1, "reprice", "the goods kept were priced without it"),
    ],
)
def test_a_part_brings_the_coupon_back_only_where_the_rest_is_too_little_and_its_template_says_so(kept, policy, why):
    # given 20 off 200, used for three pieces of 100
    customer, sku = make_customer(), make_sku()
    template = make_template(params={"off_cents": 2_000}, threshold_cents=20_000, refund_policy=policy)
    coupon = make_lasting_coupon(customer, template=template)
    order = make_paid_order({sku: 3}, customer=customer, coupons=[coupon])
    # when
    back = [refund(order, {sku: 3 - kept}), refund(order, {sku: kept})]
    # then its share is not refunded twice, and the last part brings it back
    returned = Coupon.objects.get(pk=coupon.pk).events.get(move="return")
    assert returned.reason == why
    assert sum(row.amount_cents for row in back) == order.total_cents == 28_000
