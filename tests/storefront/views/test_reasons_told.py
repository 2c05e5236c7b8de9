"""Why a coupon of the wallet cannot be used: for whom it is, in words that stand alone and name no codes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.audience import make_level
from tests.factories.coupons import locked_until, make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-08")]


def condition(code, **params):
    return {"code": code, "params": params}


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (
            condition("member_level", levels=["diamond", "gold", "silver"]),
            "It is for Silver, Gold or diamond members only.",
            "此优惠仅限银卡、金卡或diamond会员。",
        ),
        (condition("nth_order", order_number=1), "It is for the first order.", "此优惠限首单。"),
        (condition("shopper_tag", tags=["slow-payer"]), "It is meant for other customers.", "仅限指定人群。"),
    ],
)
def test_coupon_for_others_says_for_whom_it_is_in_both_languages(member, customer, rule, english, chinese):
    make_level("gold", "Gold", "金卡", rank=2)
    make_level("silver", "Silver", "银卡", rank=1)
    type(customer).objects.update(orders_placed=1)
    coupon = make_lasting_coupon(customer, template=make_template(conditions=[rule]))
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    for language, words in (("en", english), ("zh-hans", chinese)):
        assert words in member.get("/checkout/", headers={"Accept-Language": language}).text
    assert "slow-payer" not in member.get("/checkout/").text
    assert member.get(f"/wallet/{coupon.pk}/goods/").context["progress"].reason


def test_coupon_that_another_order_keeps_leads_to_that_order(member, customer):
    locked_until(make_lasting_coupon(customer), timezone.now() + timedelta(minutes=10))
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    shown = member.get("/checkout/").text
    assert 'The coupon is waiting for another order to be paid. <a href="/wallet/?show=awaiting_payment">' in shown
