"""A coupon on the shipping fee from the wallet to the report: chosen, locked, settled with the fee, given back."""

from datetime import date

import pytest

from analytics.reports.discount_shares import DiscountShares
from coupons.models import Coupon, TemplateBudget, TemplateBudgetEntry
from pricing.clock import database_now
from storefront.claim_offers import claim_offers, open_tickets
from storefront.quoting import price_cart_row
from storefront.selectors.coupon_choices import choices_of, coupons_of
from storefront.selectors.reasons_told import reasons_told
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.pricing import make_product, make_shop, make_sku
from tests.factories.storefront import make_cart, make_lasting_coupon, make_order, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01", "CPN-02", "CPN-08")]


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def tea():
    return make_sku("TEA", shop=make_shop("tea-house", shipping_fee_cents=801))


def free_shipping(**fields):
    """Declared at 10.00 each; paid 60 to 40 where a shop owns it."""
    shares = {"platform_share_bp": 6_000} if fields.get("shop") else {}
    figures = {"params": {}, "face_cents": 1_000, "budget_cents": 100_000, "threshold_cents": None}
    return make_template("free_shipping", **figures | shares | fields)


def choice(customer, *skus):
    priced = price_cart_row(cart=make_cart(dict.fromkeys(skus, 1), customer=customer), at=database_now())
    return next(iter(choices_of(priced, coupons_of(priced), reasons_told(priced))))


def test_fee_is_taken_over_by_both_funders_and_the_budget_keeps_what_it_was(customer, tea):
    coupon = make_lasting_coupon(customer, template=free_shipping(shop=tea.product.shop))
    order = make_order({tea: 1}, customer=customer)
    assert (order.total_cents, order.shipping_discount_cents) == (10_000, 801)
    assert Coupon.objects.get(pk=coupon.pk).state == "locked"
    pay(order)
    assert Coupon.objects.get(pk=coupon.pk).state == "used"
    assert list(TemplateBudgetEntry.objects.values_list("move", "amount_cents")) == [
        ("reserve", 1_000),
        ("settle", -199),
    ]
    columns = [column.name for column in DiscountShares.columns]
    entries = DiscountShares().rows(since=date(2000, 1, 1), until=date(2100, 1, 1))
    rows = [dict(zip(columns, row, strict=True)) for row in entries]
    given = [(row["layer"], row["funder"], row["discount"]) for row in rows if row["entry"] == "shipping_discount"]
    assert given == [("shipping", "platform", "4.81"), ("shipping", "tea-house", "3.20")]


@pytest.mark.req("CPN-10")
def test_part_refund_leaves_it_used_and_the_whole_one_gives_it_back_with_its_budget(customer, tea):
    coupon = make_lasting_coupon(customer, template=free_shipping())
    order = make_order({tea: 2}, customer=customer)
    pay(order)
    assert refund(order, {tea: 1}).amount_cents == 10_000
    assert Coupon.objects.get(pk=coupon.pk).state == "used"
    assert refund(order, {tea: 1}).amount_cents == 10_000
    assert Coupon.objects.get(pk=coupon.pk).state == "unused"
    assert TemplateBudget.objects.get().used_cents == 1_000


def test_checkout_says_what_it_saves_what_is_missing_and_that_no_fee_is_there(customer, tea):
    make_lasting_coupon(customer, template=free_shipping(threshold_cents=15_000))
    few = choice(customer, tea)
    assert (few.is_used, few.lacks_cents) == (False, 5_000)
    cap = make_sku(product=tea.product, list_cents=6_000)
    enough = choice(customer, tea, cap)
    assert (enough.is_used, enough.saving_cents) == (True, 801)
    card = make_sku(product=make_product(kind="virtual", shop=tea.product.shop), list_cents=20_000)
    nothing_sent = choice(make_lasting_coupon(make_customer(), template=free_shipping()).customer, card)
    assert (nothing_sent.is_used, nothing_sent.reason.msgid) == (False, "It would change nothing.")


def test_part_of_the_fee_is_worth_claiming(customer, tea):
    claim = make_claim_campaign(
        template=make_template("free_shipping", params={"cap_cents": 500}, threshold_cents=None)
    )
    at = database_now()
    priced = price_cart_row(cart=make_cart({tea: 1}, customer=customer), at=at)
    [offer] = claim_offers(priced, open_tickets(customer=customer, at=at))
    assert (offer.ticket.claim_campaign, offer.saving_cents) == (claim, 500)
