"""What "claim and use" promises is what the cart costs once the coupon is claimed."""

import pytest

from coupons.commands.claiming import claim_coupon
from coupons.models import Coupon
from storefront.claim_offers import choice_with, claim_offers, open_place, open_tickets
from storefront.commands.cart import pick_coupons
from storefront.models import Cart
from storefront.quoting import price_cart_row
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-08")]


def claimable(off_cents, **fields):
    return make_claim_campaign(template=make_template(params={"off_cents": off_cents}, **fields))


def priced(cart):
    return price_cart_row(cart=Cart.objects.select_related("customer").get(pk=cart.pk), at=NOON)


def offers_at(cart):
    found = claim_offers(priced(cart), open_tickets(customer=cart.customer, at=NOON))
    return [(offer.ticket.claim_campaign, offer.saving_cents) for offer in found]


def test_only_the_coupon_that_lowers_the_price_is_offered_with_exactly_what_it_saves():
    cart = make_cart({make_sku(): 1}, customer=make_customer())
    best = claimable(2_000)
    for weaker in (claimable(1_500), claimable(5_000, threshold_cents=20_000), claimable(9_000, sku=make_sku())):
        assert weaker
    assert offers_at(cart) == [(best, 2_000)]
    assert not Coupon.objects.exists()
    claim_coupon(claim_campaign_id=best.pk, customer_id=cart.customer_id, seq=1, at=NOON)
    assert priced(cart).quote.total_cents == 8_000
    assert offers_at(cart) == []


def test_better_coupon_in_the_wallet_leaves_nothing_to_offer_and_a_weaker_one_the_difference():
    customer = make_customer()
    cart = make_cart({make_sku(): 1}, customer=customer)
    campaign = claimable(2_000)
    make_coupon(customer=customer, template=make_template(params={"off_cents": 1_200}))
    assert offers_at(cart) == [(campaign, 800)]
    make_coupon(customer=customer, template=make_template(params={"off_cents": 2_000}))
    assert offers_at(cart) == []


def test_saving_is_what_is_left_beside_the_promotions_of_the_cart():
    make_campaign("percent_off")  # 20 % off: 80.00 do not reach the threshold of 100.00
    cart = make_cart({make_sku(): 1}, customer=make_customer())
    claimable(2_000)
    reached = claimable(1_000, threshold_cents=8_000)
    assert offers_at(cart) == [(reached, 1_000)]


def test_two_coupons_that_go_together_are_offered_each_with_its_own_saving():
    sku = make_sku(list_cents=20_000)
    cart = make_cart({sku: 1}, customer=make_customer())
    of_shop = claimable(2_000, shop=sku.product.shop)
    of_platform = claimable(3_000)
    assert offers_at(cart) == [(of_platform, 3_000), (of_shop, 2_000)]


def test_choice_of_the_shopper_counts_and_the_saving_is_measured_from_it():
    sku, customer = make_sku(list_cents=20_000), make_customer()
    cart = make_cart({sku: 1}, customer=customer)
    of_shop = make_coupon(customer=customer, template=make_template(params={"off_cents": 500}, shop=sku.product.shop))
    make_coupon(customer=customer, template=make_template(params={"off_cents": 4_000}))
    pick_coupons(cart_id=cart.pk, coupon_ids=[of_shop.pk])
    campaign = claimable(2_000)
    assert offers_at(cart) == [(campaign, 2_000)]
    coupon = claim_coupon(claim_campaign_id=campaign.pk, customer_id=customer.pk, seq=1, at=NOON)
    now = Cart.objects.select_related("customer").get(pk=cart.pk)
    assert choice_with(coupon, cart=now, at=NOON) == [of_shop.pk, coupon.pk]


def test_claimed_coupon_takes_the_place_of_a_chosen_one_that_does_not_go_with_it():
    customer = make_customer()
    cart = make_cart({make_sku(): 1}, customer=customer)
    chosen = make_coupon(customer=customer, template=make_template(params={"off_cents": 500}))
    pick_coupons(cart_id=cart.pk, coupon_ids=[chosen.pk])
    campaign = claimable(2_000)
    assert offers_at(cart) == [(campaign, 1_500)]
    coupon = claim_coupon(claim_campaign_id=campaign.pk, customer_id=customer.pk, seq=1, at=NOON)
    now = Cart.objects.select_related("customer").get(pk=cart.pk)
    picked = choice_with(coupon, cart=now, at=NOON)
    assert picked == [coupon.pk]
    pick_coupons(cart_id=cart.pk, coupon_ids=picked)
    assert priced(cart).quote.total_cents == 8_000


def test_campaign_that_the_shop_does_not_show_is_never_offered():
    cart = make_cart({make_sku(): 1}, customer=make_customer())
    make_claim_campaign(template=make_template(params={"off_cents": 2_000}), positions=[])
    assert offers_at(cart) == []


def test_offers_of_twenty_claimable_coupons_ask_no_query(django_assert_num_queries):
    cart = make_cart({make_sku(): 1}, customer=make_customer())
    campaigns = [claimable(1_000 + 10 * number) for number in range(20)]
    now, tickets = priced(cart), open_tickets(customer=cart.customer, at=NOON)
    with django_assert_num_queries(0):
        found = claim_offers(now, tickets)
    assert [(offer.ticket.claim_campaign, offer.saving_cents) for offer in found] == [(campaigns[-1], 1_190)]


def test_where_the_number_of_the_cart_is_used_up_the_coupon_is_had_from_the_coupon_centre():
    campaign = make_claim_campaign(positions=["cart", "coupon_centre"], place_rules={"cart": {"units": 1}})
    claim_coupon(claim_campaign_id=campaign.pk, customer_id=make_customer().pk, seq=1, at=NOON, place="cart")
    customer = make_customer()
    assert [ticket.status for ticket in open_tickets(customer=customer, at=NOON)] == ["claim"]
    assert open_place(claim_campaign_id=campaign.pk, customer=customer, at=NOON) == "coupon_centre"
