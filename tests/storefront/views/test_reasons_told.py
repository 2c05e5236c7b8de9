"""Why a coupon of the wallet cannot be used: for whom it is, in words that stand alone and name no codes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coupons.models import Coupon
from tests.factories import LONG_AGO
from tests.factories.audience import make_level
from tests.factories.coupons import locked_until, make_coupon, make_template
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


def test_coupons_are_listed_by_what_they_take_off_and_when_they_end_and_stay_there_when_chosen(member, customer):
    def coupon(name, **fields):
        days = fields.pop("days", 9)
        template = make_template(name=name, with_coupons=False, **fields)
        ends = timezone.now() + timedelta(days=days)
        return make_coupon(customer=customer, template=template, valid_from=LONG_AGO, valid_until=ends)

    coupon("best", params={"off_cents": 5_000})
    coupon("small", params={"off_cents": 100}, days=1)
    coupon("half of it", benefit="percent_off", params={"rate_bp": 3_000}, days=8)
    coupon("same, earlier", params={"off_cents": 3_000}, days=2)
    coupon("too much", params={"off_cents": 9_900}, threshold_cents=90_000, days=1)
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    listed = [(row.name, row.is_used, row.is_usable) for row in member.get("/checkout/").context["view"].coupons]
    assert listed == [
        ("best", True, True),
        ("same, earlier", False, True),
        ("half of it", False, True),
        ("small", False, True),
        ("too much", False, False),
    ]
    chosen = Coupon.objects.get(revision__name="small").pk
    member.post("/checkout/coupons/", {"coupons": [chosen]})
    again = [(row.name, row.is_used) for row in member.get("/checkout/").context["view"].coupons]
    assert [row for row in again if row[0] != "too much"] == [(name, name == "small") for name, *_ in listed[:-1]]
