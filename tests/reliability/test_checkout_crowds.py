"""Crowds at the checkout, on real PostgreSQL. Each guard is also switched off once, to show that it decides."""

from collections import Counter
from contextlib import suppress
from functools import partial
from uuid import uuid4

import pytest

from campaigns.commands import stock
from campaigns.models import CampaignBudget, StockBucket
from coupons.models import Coupon
from promo_site.audit.run import audit
from storefront.commands import checkout, taking
from storefront.commands.cart import add_to_cart
from storefront.commands.checkout import place_order
from storefront.models import Cart, DiscountShare, Order
from storefront.refusals import CartIsEmpty
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import SOMEBODY, make_cart, make_lasting_coupon
from tests.reliability.shoppers import Bought, buy, fingerprint_of
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def rush(sku, number: int) -> Counter:
    """So many customers have the SKU at its campaign price in their carts and order at the same moment."""
    carts = [make_cart({sku: 1}, customer=make_customer()) for _ in range(number)]
    agreed = fingerprint_of(carts[0])  # the same goods at the same prices
    assert agreed == fingerprint_of(carts[-1])
    works = [partial(buy, cart.pk, agreed) for cart in carts]
    return Counter(answer if isinstance(answer, Bought) else repr(answer) for answer in all_at_once(works))


@pytest.mark.req("CAM-08", "SHP-06")
def test_64_parallel_checkouts_on_the_last_10_pieces_sell_exactly_10_at_the_campaign_price():
    sku = make_sku()
    campaign = make_campaign("percent_off", stock={sku: 10})
    assert rush(sku, 64) == {Bought(8_000, was_told=False): 10, Bought(10_000, was_told=True): 54}
    assert StockBucket.objects.get(campaign=campaign).used == 10
    assert audit() == []


def test_without_the_guarded_update_more_than_10_pieces_are_sold(monkeypatch):
    def read_check_write(buckets, units, *, act):
        bucket = buckets.get()
        if bucket.total - bucket.used < units:
            return stock.Moved(short=units)
        bucket.used += units
        bucket.save()
        return stock.Moved()

    monkeypatch.setattr(stock, "_move", read_check_write)
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 10})
    assert rush(sku, 32)[Bought(8_000, was_told=False)] > 10
    assert audit()


@pytest.mark.req("CAM-08")
def test_pieces_spread_over_buckets_are_all_sold():
    sku = make_sku()
    campaign = make_campaign("percent_off", stock={sku: 24})
    assert StockBucket.objects.filter(campaign=campaign).count() == 4
    assert rush(sku, 32) == {Bought(8_000, was_told=False): 24, Bought(10_000, was_told=True): 8}
    assert audit() == []


@pytest.mark.req("CAM-13")
def test_32_parallel_checkouts_spend_a_budget_to_the_cent():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, budget_cents=11_000)
    assert rush(sku, 32) == {Bought(8_000, was_told=False): 5, Bought(10_000, was_told=True): 27}
    assert CampaignBudget.objects.get().used_cents == 10_000
    assert audit() == []


def test_without_the_guarded_charge_the_budget_is_overspent(monkeypatch):
    monkeypatch.setattr(taking, "charge_budget", lambda **charge: None)
    sku = make_sku()
    make_campaign("percent_off", sku=sku, budget_cents=11_000)
    rush(sku, 12)
    assert sum(DiscountShare.objects.values_list("amount_cents", flat=True)) > 11_000


def submit(cart: Cart, times: int, *, key=None) -> list[object]:
    agreed = fingerprint_of(cart)
    return all_at_once(
        [
            partial(place_order, cart_id=cart.pk, agreed_fingerprint=agreed, key=key or uuid4(), recipient=SOMEBODY)
            for _ in range(times)
        ]
    )


@pytest.mark.req("SHP-06")
def test_one_key_submitted_in_parallel_makes_one_order_and_everybody_gets_it():
    for customer in (make_customer(), None):
        cart = make_cart(customer=customer)
        answers = submit(cart, 8, key=uuid4())
        assert {answer.pk for answer in answers} == {Order.objects.latest("pk").pk}
    assert Order.objects.count() == 2
    assert audit() == []


def test_one_cart_submitted_under_many_keys_is_one_order_too():
    answers = submit(make_cart(customer=make_customer()), 8)
    assert Counter(type(answer) for answer in answers) == {Order: 1, CartIsEmpty: 7}


def test_without_the_lock_on_the_cart_it_is_ordered_more_than_once(monkeypatch):
    monkeypatch.setattr(
        checkout, "_lock_customer_and_cart", lambda cart_id: Cart.objects.select_related("customer").get(pk=cart_id)
    )
    submit(make_cart(customer=make_customer()), 8)
    assert Order.objects.count() > 1


def keep_buying(cart_id: int, sku_id: int) -> None:
    """One person at several screens: each puts a piece into the one cart and orders, again and again."""
    for _ in range(4):
        add_to_cart(cart_id=cart_id, sku_id=sku_id, quantity=1)
        with suppress(CartIsEmpty):
            buy(cart_id, fingerprint_of(Cart(pk=cart_id)))


def orders_with(coupon: Coupon) -> int:
    return DiscountShare.objects.filter(coupon=coupon).values("order_line__order").distinct().count()


@pytest.mark.req("CPN-09")
def test_parallel_checkouts_use_one_coupon_once():
    customer, sku = make_customer(), make_sku(list_cents=20_000)
    coupon, cart = make_lasting_coupon(customer), make_cart({}, customer=customer)
    assert not any(all_at_once([partial(keep_buying, cart.pk, sku.pk)] * 6))
    assert Order.objects.count() >= 2
    assert orders_with(coupon) == 1
    assert Coupon.objects.get(pk=coupon.pk).state == "locked"
    assert audit() == []


def test_without_the_lock_on_the_coupon_it_is_used_more_than_once(monkeypatch):
    monkeypatch.setattr(checkout, "lock_coupons", lambda **lock: None)
    customer, sku = make_customer(), make_sku(list_cents=20_000)
    coupon, cart = make_lasting_coupon(customer), make_cart({}, customer=customer)
    all_at_once([partial(keep_buying, cart.pk, sku.pk)] * 6)
    assert orders_with(coupon) > 1
