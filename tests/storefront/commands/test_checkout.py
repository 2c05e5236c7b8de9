"""Placing an order: what was shown is what is written, or nothing is."""

from uuid import uuid4

import pytest

from campaigns.commands.stock import OutOfStock
from campaigns.models import Campaign, CampaignBudget, LimitUse, StockBucket
from coupons.models import Coupon
from pricing.clock import database_now
from pricing.commands.book import turn_page
from pricing.engine import document as wire
from pricing.models import Sku
from storefront.commands import checkout
from storefront.commands.cart import add_to_cart
from storefront.commands.checkout import Recipient
from storefront.models import Cart, DiscountShare, Order, OrderLine, PaymentEntry
from storefront.quoting import price_for_checkout, quote_cart
from storefront.refusals import CartIsEmpty, KeyReused, PriceChanged, SignInFirst, SoldOut
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_cart, make_lasting_coupon, make_order, order_cart

pytestmark = pytest.mark.django_db


def fresh(cart: Cart) -> Cart:
    return Cart.objects.select_related("customer").get(pk=cart.pk)


@pytest.mark.req("SHP-06", "PRC-01")
def test_order_repeats_its_quote_line_by_line_and_share_by_share():
    # given a shop campaign, a platform campaign and a coupon on two lines
    shop = make_shop(shipping_fee_cents=800)
    milk, tea = make_sku(list_cents=12_000, shop=shop), make_sku(list_cents=18_000, shop=shop)
    make_campaign("percent_off", sku=tea, shop=shop, platform_share_bp=4_000)
    make_campaign("spend_tiers")
    customer = make_customer()
    coupon = make_lasting_coupon(customer)
    cart = make_cart({milk: 1, tea: 2}, customer=customer)
    quote = quote_cart(cart=fresh(cart), at=database_now())
    # when
    order = order_cart(cart)
    # then 120 + 2 × 144 = 408, less 10 and 10, plus 8
    assert (order.list_cents, order.discount_cents, order.total_cents) == (48_000, 7_200 + 1_000 + 1_000, 39_600)
    assert order.fingerprint == quote.fingerprint
    lines = list(order.lines.order_by("position"))
    assert [(line.key, line.quantity, line.net_cents) for line in lines] == [
        (line.key, line.quantity, line.net_cents) for line in quote.lines
    ]
    stored = [
        [(share.layer, share.funder, share.amount_cents) for share in line.shares.order_by("sequence")]
        for line in lines
    ]
    assert stored == [[(str(s.layer), s.funder, s.cents) for s in line.shares] for line in quote.lines]
    assert sum(DiscountShare.objects.values_list("amount_cents", flat=True)) == order.discount_cents
    assert Coupon.objects.get(pk=coupon.pk).order_key == order.key


@pytest.mark.req("PRC-01")
def test_stored_document_gives_the_stored_price_again():
    sku, other = make_sku(), make_sku()
    make_campaign("percent_off", sku=[sku, other], stock={sku: 5})
    order = make_order({sku: 2}, customer=make_customer())
    again = wire.price_document(wire.parse_document(order.document["input"]))
    assert again.fingerprint == order.fingerprint == order.document["quote"]["fingerprint"]
    assert order.document["input"]["offers"][0]["scope"]["skus"] == [sku.code]


def test_cart_is_emptied_of_what_was_bought_and_keeps_the_rest():
    sku, gone = make_sku(), make_sku()
    cart = make_cart({sku: 2, gone: 1})
    Sku.objects.filter(pk=gone.pk).update(is_active=False)
    order = order_cart(cart)
    assert [(line.sku, line.quantity) for line in order.lines.all()] == [(sku, 2)]
    assert list(cart.lines.values_list("sku", flat=True)) == [gone.pk]


def test_nothing_to_order_is_refused():
    cart = make_cart({})
    with pytest.raises(CartIsEmpty) as refusal:
        order_cart(cart)
    assert refusal.value.field == "cart"
    assert not Order.objects.exists()


@pytest.mark.req("SHP-06")
def test_same_key_and_same_request_is_one_order():
    cart = make_cart()
    agreed, key = quote_cart(cart=cart, at=database_now()).fingerprint, uuid4()
    first = order_cart(cart, agreed_fingerprint=agreed, key=key)
    second = order_cart(cart, agreed_fingerprint=agreed, key=key)
    assert first.pk == second.pk
    assert Order.objects.count() == 1


@pytest.mark.req("SHP-06")
@pytest.mark.parametrize("change", ["recipient", "agreed_fingerprint", "cart"])
def test_same_key_with_another_request_is_refused(change):
    cart = make_cart()
    agreed, key = quote_cart(cart=cart, at=database_now()).fingerprint, uuid4()
    order_cart(cart, agreed_fingerprint=agreed, key=key)
    other = {
        "recipient": {"recipient": Recipient(name="Han Meimei")},
        "agreed_fingerprint": {"agreed_fingerprint": "0" * 64},
        "cart": {"cart_id": make_cart().pk},
    }[change]
    with pytest.raises(KeyReused):
        order_cart(cart, **{"agreed_fingerprint": agreed, "key": key} | other)
    assert Order.objects.count() == 1


@pytest.mark.req("SHP-06", "CAM-11")
def test_changed_price_is_refused_with_the_difference_in_words_and_nothing_is_written():
    # given a shopper who agrees to 300 less 30
    sku = make_sku(list_cents=30_000)
    campaign = make_campaign(params={"tiers": [{"threshold_cents": 30_000, "off_cents": 3_000}]}, name="Thirty off")
    cart = make_cart({sku: 1})
    agreed = price_for_checkout(cart=cart, at=database_now()).quote.fingerprint
    # when the campaign is gone before the order
    Campaign.objects.filter(pk=campaign.pk).update(state="stopped")
    turn_page()
    with pytest.raises(PriceChanged) as refusal:
        order_cart(cart, agreed_fingerprint=agreed)
    # then
    assert refusal.value.quote.total_cents == 30_000
    assert [str(message) for message in refusal.value.differences] == [
        "“Thirty off” does not apply any more.",
        "Amount due: 27000 before, 30000 now.",
    ]
    assert not Order.objects.exists()
    assert cart.lines.count() == 1


def test_changed_cart_and_list_price_are_told_apart():
    sku, other = make_sku(option="Green"), make_sku()
    cart = make_cart({sku: 1})
    agreed = price_for_checkout(cart=cart, at=database_now()).quote.fingerprint
    Sku.objects.filter(pk=sku.pk).update(list_cents=11_000)
    add_to_cart(cart_id=cart.pk, sku_id=other.pk, quantity=1)
    with pytest.raises(PriceChanged) as refusal:
        order_cart(cart, agreed_fingerprint=agreed)
    assert [str(message) for message in refusal.value.differences] == [
        f"{sku.local_name}: 10000 before, 11000 now.",
        f"{other.local_name} is new in the cart.",
        "Amount due: 10000 before, 21000 now.",
    ]


def test_without_memory_of_what_was_shown_the_new_total_is_told():
    cart = make_cart()
    with pytest.raises(PriceChanged) as refusal:
        order_cart(cart, agreed_fingerprint="f" * 64)
    assert [str(message) for message in refusal.value.differences] == ["The amount due is 10000 now."]


@pytest.mark.req("CAM-08", "CAM-13")
def test_order_takes_stock_limit_and_budget_of_its_campaign():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku, stock=5, limit_units=3, budget_cents=10_000)
    customer = make_customer()
    make_order({sku: 2}, customer=customer)
    assert sum(StockBucket.objects.filter(campaign=campaign).values_list("used", flat=True)) == 2
    assert CampaignBudget.objects.get(campaign=campaign).used_cents == 4_000
    use = LimitUse.objects.get(campaign=campaign, customer=customer)
    assert (use.used_units, use.used_orders) == (2, 1)


@pytest.mark.req("CAM-08")
def test_guest_is_asked_to_sign_in_before_buying_what_is_limited_per_person():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, limit_units=1, name="One each")
    with pytest.raises(SignInFirst, match="One each"):
        make_order({sku: 1})
    assert not Order.objects.exists()


@pytest.mark.req("SHP-06")
def test_order_of_nothing_to_pay_is_paid_at_once():
    sku, customer = make_sku(), make_customer()
    make_campaign("percent_off", sku=sku, params={"rate_bp": 10_000})
    order = make_order({sku: 1}, customer=customer)
    assert (order.state, order.total_cents, order.paid_at) == ("paid", 0, order.placed_at)
    assert not PaymentEntry.objects.exists()
    customer.refresh_from_db()
    assert (customer.orders_placed, customer.first_paid_at) == (1, order.placed_at)


@pytest.mark.req("CPN-09")
def test_coupon_that_pays_the_whole_order_is_used_at_once():
    customer = make_customer()
    template = make_template(threshold_cents=None, params={"off_cents": 10_000})
    coupon = make_lasting_coupon(customer, template=template)
    order = make_order({make_sku(): 1}, customer=customer)
    assert (order.total_cents, Coupon.objects.get(pk=coupon.pk).state) == (0, "used")


@pytest.mark.req("CAM-03")
def test_facts_about_the_customer_count_the_order():
    customer = make_customer()
    make_order(customer=customer)
    make_order(customer=customer)
    customer.refresh_from_db()
    assert (customer.orders_placed, customer.first_paid_at) == (2, None)


def test_guard_that_says_no_at_the_last_moment_leads_to_a_new_quote_and_then_to_a_refusal(monkeypatch):
    cart, asked = make_cart(), []

    def nothing_left(order):
        asked.append(order.pk)
        raise OutOfStock("Only %(left)s more pieces are left.", left=0)

    monkeypatch.setattr(checkout, "take_for", nothing_left)
    with pytest.raises(SoldOut):
        order_cart(cart)
    assert len(asked) == checkout.ATTEMPTS
    assert not Order.objects.exists()
    assert not OrderLine.objects.exists()
