"""What a shopper and a service agent read of a coupon that a part refund loses, before anything is decided."""

import pytest

from coupons.models import Coupon
from storefront.models import OrderReward, Refund
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("REV-03", "REV-05")]


@pytest.fixture
def earned(customer):
    return earn(customer)


def earn(customer, **changes):
    template = make_template(params={"off_cents": 2_000}, name="20 off")
    params = {"template": str(template.pk), "value_cents": 2_000, "threshold_cents": 30_000} | changes
    make_campaign("reward", params=params, layer="order", limit_orders=1)
    order = make_paid_order({make_sku(): 3}, customer=customer)
    settle_rewards()
    return order


def preview(member, order, fault="shopper"):
    return member.post(f"/orders/{order.number}/refund/", {f"units_{order.lines.get().pk}": 1, "fault": fault})


def test_the_shopper_reads_that_the_coupon_is_taken_back_unless_the_seller_is_at_fault(member, earned):
    assert "that you got for this order is taken back" in preview(member, earned).text
    page = preview(member, earned, "seller").text
    assert ("is taken back" in page, "You keep the coupons that you got" in page) == (False, True)


def test_the_shopper_agrees_to_what_is_deducted_and_reads_it_again_on_the_order(member, customer, earned):
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[Coupon.objects.get()])
    page = preview(member, earned)
    assert "which you have used</dt><dd>−¥20.00</dd>" in page.text
    assert page.context["quote"].amount_cents == 8_000
    sent = {f"units_{earned.lines.get().pk}": 1, "fault": "shopper", "shown_cents": 8_000, "key": page.context["key"]}
    member.post(f"/orders/{earned.number}/refund/", sent)
    assert (Refund.objects.get().amount_cents, Refund.objects.get().deducted_cents) == (8_000, 2_000)
    assert "that you have used · −¥20.00" in member.get(f"/orders/{earned.number}/").text


def test_the_shopper_reads_that_the_lower_coupon_comes_instead(member, customer):
    lower = make_template(params={"off_cents": 500})
    higher = [{"threshold_cents": 30_000, "template": str(make_template().pk), "value_cents": 2_000}]
    order = earn(customer, template=str(lower.pk), value_cents=500, threshold_cents=20_000, higher=higher)
    page = preview(member, order).text
    assert "what it takes off is deducted instead. For what you keep you get the lower coupon" in page


def test_a_coupon_that_was_lost_meanwhile_is_not_said_to_come_back(member, customer, earned):
    second = make_paid_order({make_sku(): 1}, customer=customer, coupons=[Coupon.objects.get()])
    assert "comes back to your wallet" in preview(member, second).text
    refund(earned, {earned.lines.get().sku: 1})
    page = preview(member, second).text
    assert ("comes back to your wallet" in page, "What was deducted for it is given back." in page) == (False, True)


def test_nothing_is_said_of_a_coupon_that_could_not_be_given(member, earned):
    OrderReward.objects.update(coupon=None, refused="All coupons are gone.")
    page = preview(member, earned).text
    assert ("You get back" in page, "<li></li>" in page) == (True, False)


def test_a_used_coupon_that_the_campaign_leaves_is_said_to_stay(member, customer):
    order = earn(customer, keep_spent=True)
    make_paid_order({make_sku(): 1}, customer=customer, coupons=[Coupon.objects.get()])
    refund(order, {order.lines.get().sku: 1})
    page = member.get(f"/orders/{order.number}/").text
    assert ("you keep the coupon that you have used" in page, "too little" in page) == (True, False)
