"""Orders with gifts: written down at 0, taken out of their stock, given back by a cancellation."""

import pytest

from campaigns.commands.caps import CapBelowUse, set_caps
from campaigns.commands.gifts import take_gifts
from campaigns.commands.stock import OutOfStock, Units
from campaigns.models import GiftEntry, GiftStock, LimitUse
from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import begin_counting
from pricing.models import OnHandStock
from storefront.commands.cancelling import cancel_order
from storefront.models import OrderGift, OrderReward
from storefront.quoting import quote_cart
from storefront.refusals import PriceChanged
from tests.factories import NOON
from tests.factories.campaigns import approve, make_campaign, make_customer, make_revision
from tests.factories.pricing import make_product, make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order, order_cart, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02")]


def make_gift_campaign(gift, *, stock=None, params=None, **fields):
    """A campaign that adds one of `gift`, worth 30, to any order of its goods."""
    row = {"sku": gift.code, "value_cents": 3000} | ({"stock_units": stock} if stock else {})
    return make_campaign("gift", params={"gifts": [row], **(params or {})}, layer="order", **fields)


def test_an_order_keeps_its_gifts_at_nothing_with_value_and_cost():
    sku, mug = make_sku(), make_sku(product=make_product(name="Mug", name_zh="马克杯"), cost_cents=1_200)
    campaign = make_gift_campaign(mug, stock=5, params={"threshold_pieces": 2, "every": True}, sku=sku)
    order = make_order({sku: 4})
    gift = OrderGift.objects.get(order=order)
    assert (gift.sku, gift.quantity, gift.value_cents, gift.cost_cents) == (mug, 2, 6_000, 1_200)
    assert (gift.name, gift.name_zh, gift.campaign_revision) == ("Mug", "马克杯", campaign.current_revision)
    assert order.total_cents == 40_000
    assert order.document["quote"]["gifts"][0]["quantity"] == 2
    assert GiftStock.objects.values_list("used", "total").get() == (2, 5)


def test_gifts_combine_with_reductions_of_their_own_layer():
    sku, mug = make_sku(), make_sku()
    make_gift_campaign(mug)
    make_campaign()
    assert (make_order({sku: 1}).total_cents, OrderGift.objects.count()) == (9_000, 1)


@pytest.mark.req("CAM-08")
def test_the_last_gift_goes_to_one_order_and_the_next_shopper_is_told():
    sku, mug = make_sku(), make_sku()
    make_gift_campaign(mug, stock=1)
    late = make_cart({sku: 1})
    agreed = quote_cart(cart=late, at=NOON)
    make_order({sku: 1})
    with pytest.raises(PriceChanged) as refused:
        order_cart(late, agreed_fingerprint=agreed.fingerprint)
    assert refused.value.quote.gifts == ()
    assert OrderGift.objects.count() == 1


@pytest.mark.req("CAM-08", "CAM-17")
def test_a_gift_without_end_that_is_counted_later_is_given_while_there_are_pieces_and_fails_no_order():
    sku, mug = make_sku(), make_sku()
    make_gift_campaign(mug, sku=sku)
    begin_counting(sku_id=mug.pk, units=1, source="shelf", act=Act(at=NOON))
    assert quote_cart(cart=make_cart({sku: 1, mug: 1}), at=NOON).gifts == ()  # the cart buys the only one itself
    assert [make_order({sku: 1}).gifts.count() for _ in range(2)] == [1, 0]
    assert OnHandStock.objects.get(pk=mug.pk).free == 0


@pytest.mark.req("CAM-08", "CAM-17")
def test_two_campaigns_give_the_last_unreserved_piece_once_and_the_other_what_else_it_has():
    sku, mug, tote, cards = make_sku(), make_sku(), make_sku(), make_sku()
    make_gift_campaign(mug, sku=sku, priority=9)
    rows = [{"sku": gift.code, "value_cents": 3000} for gift in (mug, tote)]
    make_campaign("gift", params={"gifts": rows, "choose": 1}, layer="order", sku=sku, priority=5)
    alone = make_gift_campaign(mug, sku=cards)
    begin_counting(sku_id=mug.pk, units=1, source="shelf", act=Act(at=NOON))
    cart = make_cart({sku: 1, cards: 1})
    quote = quote_cart(cart=cart, at=NOON)
    assert sorted(gift.sku for gift in quote.gifts) == sorted([mug.code, tote.code])
    assert {row.offer: row.reason.code for row in quote.not_applied} == {f"campaign:{alone.pk}": "sold_out"}
    order = order_cart(cart)
    assert sorted(order.gifts.values_list("sku", flat=True)) == sorted([mug.pk, tote.pk])
    assert OnHandStock.objects.get(pk=mug.pk).free == 0


@pytest.mark.req("CAM-08")
def test_who_agreed_to_a_gift_that_was_counted_out_meanwhile_is_told():
    sku, mug = make_sku(), make_sku()
    make_gift_campaign(mug, sku=sku)
    late = make_cart({sku: 1})
    agreed = quote_cart(cart=late, at=NOON)
    begin_counting(sku_id=mug.pk, units=0, source="shelf", act=Act(at=NOON))
    with pytest.raises(PriceChanged) as refused:
        order_cart(late, agreed_fingerprint=agreed.fingerprint)
    assert (len(agreed.gifts), refused.value.quote.gifts) == (1, ())


@pytest.mark.req("CAM-08", "REV-01")
def test_cancelling_gives_gifts_and_the_personal_limit_back_once():
    sku, mug, customer = make_sku(), make_sku(), make_customer()
    make_gift_campaign(mug, stock=1, limit_orders=1)
    order = make_order({sku: 1}, customer=customer)
    assert make_order({sku: 1}, customer=customer).gifts.count() == 0
    for _ in range(2):
        cancel_order(order_id=order.pk, reason="", at=order.placed_at)
    assert GiftStock.objects.values_list("used", flat=True).get() == 0
    assert list(GiftEntry.objects.values_list("units", flat=True)) == [1, -1]
    assert LimitUse.objects.values_list("used_orders", flat=True).get() == 0
    assert make_order({sku: 1}, customer=customer).gifts.count() == 1


@pytest.mark.req("REV-02")
def test_a_refund_leaves_the_gift_with_the_order():
    sku, mug = make_sku(list_cents=100), make_sku()
    make_gift_campaign(mug, stock=1)
    order = make_paid_order({sku: 1})
    assert refund(order, {sku: 1}).amount_cents == 100
    assert GiftStock.objects.values_list("used", flat=True).get() == 1


def test_taking_counts_a_source_once_and_refuses_what_is_no_gift_of_the_campaign():
    mug, other = make_sku(), make_sku()
    campaign = make_gift_campaign(mug, stock=2)
    for _ in range(2):
        take_gifts([Units(campaign.pk, mug.pk, 2, "order:1")], at=NOON)
    assert GiftStock.objects.values_list("used", flat=True).get() == 2
    for sku in (mug, other):
        with pytest.raises(OutOfStock):
            take_gifts([Units(campaign.pk, sku.pk, 1, "order:2")], at=NOON)
    assert GiftEntry.objects.count() == 1


def test_a_new_revision_cannot_promise_fewer_gifts_than_are_given():
    sku, mug = make_sku(), make_sku()
    campaign = make_gift_campaign(mug, stock=5)
    make_order({sku: 1})
    make_order({sku: 1})
    params = {"gifts": [{"sku": mug.code, "value_cents": 3000, "stock_units": 1}]}
    revision = make_revision("gift", campaign=campaign, params=params, layer="order")
    with pytest.raises(CapBelowUse) as refused:
        set_caps(campaign=campaign, revision=revision)
    assert (refused.value.field, refused.value.figures["used"]) == ("gifts", 2)
    approve(
        make_revision(
            "gift", campaign=campaign, params={"gifts": [params["gifts"][0] | {"stock_units": 2}]}, layer="order"
        )
    )
    assert make_order({sku: 1}).gifts.count() == 0


def test_an_order_keeps_the_coupons_that_it_earned():
    make_campaign("reward", params={"template": "7", "value_cents": 500, "threshold_cents": 10_000}, layer="order")
    order = make_order({make_sku(): 1})
    reward = OrderReward.objects.get(order=order)
    assert (reward.template_code, reward.value_cents, reward.coupon, reward.refused) == ("7", 500, None, "")
