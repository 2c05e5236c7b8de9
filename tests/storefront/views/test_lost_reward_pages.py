"""What a shopper and a service agent read of a coupon that a part refund loses, before anything is decided."""

import pytest

from coupons.models import Coupon
from storefront.models import Refund
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("REV-03", "REV-05")]


@pytest.fixture
def earned(customer):
    template = make_template(params={"off_cents": 2_000}, name="20 off")
    params = {"template": str(template.pk), "value_cents": 2_000, "threshold_cents": 30_000}
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
