"""Orders in the browser: paying, cancelling, returning; another's order does not exist."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from coupons.models import Coupon
from storefront.models import Order, Refund
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-07", "SHP-08", "REV-01", "REV-02")]

PATHS = ("", "pay/", "refund/")
ACTS = ("cancel/", "pay/failed/", "refund/")


def state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def pay_in_browser(browser, paying: Order, **changes: str):
    fields = browser.get(f"/orders/{paying.number}/pay/").context["instruction"].fields
    return browser.post("/payments/notice/", {**fields, **changes}, follow=True)


@pytest.mark.parametrize("path", PATHS)
def test_order_of_somebody_else_is_a_404(member, path):
    order = make_paid_order({make_sku(): 1}, customer=make_customer())
    assert member.get(f"/orders/{order.number}/{path}").status_code == 404


@pytest.mark.parametrize("path", ACTS)
def test_nothing_can_be_done_to_an_order_of_somebody_else(member, guest, path):
    order = make_order({make_sku(): 1}, customer=make_customer())
    for browser in (member, guest):
        assert browser.post(f"/orders/{order.number}/{path}").status_code == 404
    assert state(order) == "awaiting_payment"


def test_paying_shows_the_order_as_paid(member, customer):
    order = make_order({make_sku(): 1}, customer=customer)
    answer = pay_in_browser(member, order)
    assert answer.redirect_chain[-1][0] == f"/orders/{order.number}/"
    assert "Thank you! Your payment has arrived." in answer.text
    assert state(order) == "paid"


def test_failed_payment_charges_nothing_and_can_be_tried_again(member, customer):
    order = make_order({make_sku(): 1}, customer=customer)
    answer = member.post(f"/orders/{order.number}/pay/failed/", follow=True)
    assert "Nothing was charged; you can try again." in answer.text
    assert state(order) == "awaiting_payment"
    pay_in_browser(member, order)
    assert state(order) == "paid"


@pytest.mark.parametrize("changes", [{"amount_cents": "1"}, {"signature": "x"}, {"order": "another"}, {"event": "e"}])
def test_forged_notice_is_refused_in_words(member, customer, changes):
    order = make_order({make_sku(): 1}, customer=customer)
    answer = pay_in_browser(member, order, **changes)
    assert "This payment notice is not genuine." in answer.text
    assert state(order) == "awaiting_payment"


def test_paying_too_late_is_explained(member, customer):
    order = make_order({make_sku(): 1}, customer=customer)
    fields = member.get(f"/orders/{order.number}/pay/").context["instruction"].fields
    Order.objects.filter(pk=order.pk).update(pay_by=timezone.now() - timedelta(seconds=1))
    assert "The time to pay for this order has passed." in member.get(f"/orders/{order.number}/pay/", follow=True).text
    answer = member.post("/payments/notice/", fields, follow=True)
    assert "your money has been sent back" in answer.text
    assert state(order) == "cancelled"


def test_cancelling_gives_the_coupon_back(member, customer):
    coupon = make_lasting_coupon(customer)
    order = make_order({make_sku(): 1}, customer=customer, coupons=[coupon])
    answer = member.post(f"/orders/{order.number}/cancel/", follow=True)
    assert "The order is cancelled." in answer.text
    assert Coupon.objects.get(pk=coupon.pk).state == "unused"


def test_paid_order_cannot_be_cancelled(member, customer):
    order = make_paid_order({make_sku(): 1}, customer=customer)
    answer = member.post(f"/orders/{order.number}/cancel/", follow=True)
    assert "The order is paid: ask for a refund instead." in answer.text
    assert state(order) == "paid"


def test_order_page_shows_the_breakdown_by_promotion_and_by_line(member, customer):
    make_campaign("spend_tiers", name="Ten off a hundred")
    order = make_order({make_sku(list_cents=6_000, shop=make_shop(shipping_fee_cents=500)): 2}, customer=customer)
    answer = member.get(f"/orders/{order.number}/")
    shown = answer.context["shown"]
    assert [(row.name, row.cents) for row in shown.discounts] == [("Ten off a hundred", 1_000)]
    assert [row.line.net_cents for row in shown.lines] == [11_000]
    assert '<data class="price " value="11500">' in answer.text
    assert "Time left to pay" in answer.text


def returned(browser, order: Order, units: int, **changes: object):
    """Both steps of a refund request for the only line."""
    field = f"units_{order.lines.get().pk}"
    choice = {field: units, "fault": "shopper", "reason": "too big"}
    shown = browser.post(f"/orders/{order.number}/refund/", choice)
    if shown.status_code != 200:
        return shown
    agreed = {"key": str(shown.context["key"]), "shown_cents": shown.context["quote"].amount_cents}
    return browser.post(f"/orders/{order.number}/refund/", {**choice, **agreed, **changes}, follow=True)


def test_refund_shows_the_exact_amount_before_it_is_asked_for(member, customer):
    make_campaign("spend_tiers")
    order = make_paid_order({make_sku(): 3}, customer=customer)
    field = f"units_{order.lines.get().pk}"
    shown = member.post(f"/orders/{order.number}/refund/", {field: 1, "fault": "shopper"})
    assert '<data class="price " value="9666">' in shown.text
    assert not Refund.objects.exists()


def test_confirmed_refund_is_on_the_order_page(member, customer):
    order = make_paid_order({make_sku(): 3}, customer=customer)
    answer = returned(member, order, 1)
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason) == (10_000, "too big")
    assert answer.redirect_chain[-1][0] == f"/orders/{order.number}/"
    assert "Refunds" in answer.text


@pytest.mark.req("REV-05")
def test_what_kept_goods_lose_is_told_before_it_is_asked_for(member, customer):
    tiers = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]}
    make_campaign("spend_tiers", params=tiers, refund_policy="reprice")
    tea, cup = make_sku(list_cents=20_000), make_sku()
    order = make_paid_order({tea: 1, cup: 1}, customer=customer)
    field = f"units_{order.lines.get(sku=cup).pk}"
    shown = member.post(f"/orders/{order.number}/refund/", {field: 1, "fault": "shopper"}).text
    assert "the goods you keep are priced again" in shown
    assert "Discount on what you keep of" in shown
    assert '<data class="price " value="5000">' in shown


@pytest.mark.req("REV-05")
def test_a_coupon_that_has_expired_is_not_promised_back(member, customer):
    coupon = make_lasting_coupon(customer)
    sku = make_sku()
    order = make_paid_order({sku: 1}, customer=customer, coupons=[coupon])
    Coupon.objects.filter(pk=coupon.pk).update(valid_until=order.placed_at + timedelta(microseconds=1))
    field = f"units_{order.lines.get().pk}"
    shown = member.post(f"/orders/{order.number}/refund/", {field: 1, "fault": "shopper"}).text
    assert "has expired and does not come back" in shown
    assert "comes back to your wallet" not in shown


def test_refund_confirmed_twice_is_one_and_no_error(member, customer, settings):
    settings.REFUND_SELF_SERVICE_CENTS = 100_000
    order = make_paid_order({make_sku(): 1}, customer=customer)
    field = f"units_{order.lines.get().pk}"
    confirmed = {field: 1, "fault": "shopper", "key": str(uuid4()), "shown_cents": 10_000}
    first, second = (member.post(f"/orders/{order.number}/refund/", confirmed, follow=True) for _ in range(2))
    assert "The refund is done" in first.text
    assert 'class="note error"' not in second.text
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("0", "Choose at least one piece to return."),
        ("", "Choose at least one piece to return."),
        ("-1", "A quantity is not negative."),
        ("4", "You can return at most 3."),
        ("9" * 30, "You can return at most 3."),
        ("x", "Enter a whole number."),
    ],
)
def test_absurd_units_are_refused_beside_the_field(member, customer, units, said):
    order = make_paid_order({make_sku(): 3}, customer=customer)
    answer = returned(member, order, units)
    assert answer.status_code == 400
    assert said in answer.text
    assert not Refund.objects.exists()


def test_amount_other_than_shown_refunds_nothing(member, customer):
    order = make_paid_order({make_sku(): 3}, customer=customer)
    answer = returned(member, order, 1, shown_cents=999_999)
    assert answer.status_code == 409
    assert not Refund.objects.exists()


@pytest.mark.parametrize("changes", [{"key": "x"}, {"shown_cents": "abc"}, {"shown_cents": "-5"}])
def test_hostile_confirmation_refunds_nothing(member, customer, changes):
    order = make_paid_order({make_sku(): 3}, customer=customer)
    assert returned(member, order, 1, **changes).status_code == 400
    assert not Refund.objects.exists()


def test_full_return_says_that_the_coupon_comes_back(member, customer):
    coupon = make_lasting_coupon(customer)
    order = make_paid_order({make_sku(): 1}, customer=customer, coupons=[coupon])
    field = f"units_{order.lines.get().pk}"
    shown = member.post(f"/orders/{order.number}/refund/", {field: 1, "fault": "shopper"})
    assert "comes back to your wallet" in shown.text


def test_part_return_says_that_the_coupon_stays_used(member, customer):
    coupon = make_lasting_coupon(customer)
    order = make_paid_order({make_sku(): 2}, customer=customer, coupons=[coupon])
    field = f"units_{order.lines.get().pk}"
    shown = member.post(f"/orders/{order.number}/refund/", {field: 1, "fault": "shopper"})
    assert "stays used" in shown.text


def test_unpaid_order_has_nothing_to_return(member, customer):
    order = make_order({make_sku(): 1}, customer=customer)
    answer = member.get(f"/orders/{order.number}/refund/", follow=True)
    assert "There is nothing in this order that can be returned." in answer.text
