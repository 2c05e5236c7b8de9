"""The cart as the page shows it: figures that add up, and a reason for every no."""

from datetime import timedelta

import pytest

from pricing.models import Sku
from storefront.commands.cart import pick_coupons
from storefront.models import Cart
from storefront.quoting import price_cart_row
from storefront.selectors.cart_view import CartView, cart_view
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-05")]


def view_of(cart: Cart) -> CartView:
    row = Cart.objects.select_related("customer").get(pk=cart.pk)
    return cart_view(cart=row, priced=price_cart_row(cart=row, at=NOON))


@pytest.mark.req("PRC-04")
def test_view_leads_step_by_step_from_list_price_to_the_amount_due():
    shop, customer = make_shop(shipping_fee_cents=500), make_customer()
    sku, other = make_sku(list_cents=10_000, shop=shop), make_sku(list_cents=4_000, shop=shop)
    make_campaign("percent_off", sku=sku, name="Item")
    make_campaign(name="Order")
    coupon = make_coupon(customer=customer)
    view = view_of(make_cart({sku: 2, other: 1}, customer=customer))
    assert [(step.name, step.layer, step.cents) for step in view.discounts] == [
        ("Item", "item", 4_000),
        ("Order", "order", 1_000),
        (coupon.revision.name, "coupon", 1_000),
    ]
    assert (view.list_cents, view.discount_cents, view.shipping_cents, view.total_cents) == (24_000, 6_000, 500, 18_500)
    first, second = view.lines
    assert (first.list_cents, first.tag_cents, first.list_total_cents, first.net_cents) == (
        10_000, 8_000, 20_000, 14_400,
    )  # fmt: skip
    assert [(row.name, row.cents) for row in first.discounts] == [
        ("Item", 4_000), ("Order", 800), (coupon.revision.name, 800)
    ]  # fmt: skip
    assert second.net_cents + first.net_cents + 500 == view.total_cents
    assert [(row.shop, row.fee_cents, row.net_cents) for row in view.shipping] == [(shop, 500, 500)]
    assert (view.pieces, view.is_empty) == (3, False)


@pytest.mark.req("CAM-08")
def test_line_that_a_limit_splits_shows_its_segments():
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 2})
    (line,) = view_of(make_cart({sku: 3})).lines
    assert (line.quantity, line.net_cents, line.segments) == (3, 26_000, ((2, 16_000), (1, 10_000)))


@pytest.mark.req("SHP-03", "PRC-04")
def test_gap_to_the_next_tier_with_the_way_gone_so_far():
    campaign = make_campaign(name="100 − 10")
    (gain,) = view_of(make_cart({make_sku(list_cents=7_500): 1})).gains
    assert (gain.name, gain.campaign_id, gain.missing_cents, gain.gain_cents, gain.percent) == (
        "100 − 10", campaign.pk, 2_500, 1_000, 75,
    )  # fmt: skip


@pytest.mark.req("CPN-08")
def test_wallet_is_listed_with_what_is_used_what_could_be_and_why_not():
    customer = make_customer()
    used = make_coupon(customer=customer, template=make_template(params={"off_cents": 3_000}))
    other = make_coupon(customer=customer)
    high = make_coupon(customer=customer, template=make_template(threshold_cents=50_000))
    soon = make_coupon(customer=customer, valid_from=NOON + timedelta(days=1))
    view = view_of(make_cart({make_sku(): 1}, customer=customer))
    found = {choice.coupon_id: choice for choice in view.coupons}
    assert {pk: (row.is_used, row.is_usable, row.saving_cents) for pk, row in found.items()} == {
        used.pk: (True, True, 3_000),
        other.pk: (False, True, 0),
        high.pk: (False, False, 0),
        soon.pk: (False, False, 0),
    }
    assert found[high.pk].reason.figures == {"missing_cents": 40_000}
    assert used.pk not in {row.coupon_id for row in view.coupons if row.reason}


@pytest.mark.req("CPN-08")
def test_coupon_not_picked_stays_pickable():
    customer = make_customer()
    coupon = make_coupon(customer=customer)
    cart = make_cart({make_sku(): 1}, customer=customer)
    pick_coupons(cart_id=cart.pk, coupon_ids=[])
    (choice,) = view_of(cart).coupons
    assert (choice.coupon_id, choice.is_used, choice.is_usable) == (coupon.pk, False, True)


@pytest.mark.req("PRC-04")
def test_campaign_that_does_not_apply_says_why():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku, paused=True, name="Paused")
    (row,) = view_of(make_cart({sku: 1})).not_applied
    assert (row.campaign_id, row.name, str(row.reason)) == (campaign.pk, "Paused", "It is paused.")


@pytest.mark.req("CAM-10")
def test_campaign_that_is_not_announced_yet_is_not_named():
    later, latest = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    make_campaign(name="Secret", starts_at=later, ends_at=latest)
    make_campaign(name="Announced", warm_up_at=NOON, starts_at=later, ends_at=latest)
    view = view_of(make_cart({make_sku(): 1}))
    assert [row.name for row in view.not_applied] == ["Announced"]
    assert view.gains == ()


def test_what_left_the_shelves_is_listed_apart():
    sku, gone = make_sku(), make_sku()
    cart = make_cart({sku: 1, gone: 1})
    Sku.objects.filter(pk=gone.pk).update(is_active=False)
    view = view_of(cart)
    assert [line.sku for line in view.lines] == [sku]
    assert [line.sku for line in view.unavailable] == [gone]


def test_empty_cart():
    view = view_of(make_cart({}))
    assert (view.is_empty, view.total_cents, view.lines, view.shipping) == (True, 0, (), ())
