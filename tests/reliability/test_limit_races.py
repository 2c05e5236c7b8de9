"""One customer orders at many screens at once: the personal limit is kept to the piece. Also without its guards."""

from collections import Counter
from contextlib import suppress
from functools import partial

import pytest
from django.db.models import Sum

from campaigns.commands import limits
from campaigns.models import LimitUse
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands import checkout
from storefront.commands.cart import add_to_cart
from storefront.models import Cart, OrderLine
from storefront.refusals import CartIsEmpty
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart
from tests.reliability.shoppers import buy, fingerprint_of, units_at_a_discount
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def keep_buying(cart_id: int, sku_id: int, times: int) -> None:
    """One person at many screens: each puts a piece into the one cart and orders, again and again."""
    for _ in range(times):
        add_to_cart(cart_id=cart_id, sku_id=sku_id, quantity=1)
        with suppress(CartIsEmpty):
            buy(cart_id, fingerprint_of(Cart(pk=cart_id)))


@pytest.mark.req("CAM-08")
def test_100_parallel_orders_of_one_customer_get_the_price_exactly_as_often_as_is_allowed():
    sku, customer = make_sku(), make_customer()
    make_campaign("percent_off", sku=sku, limit_units=7)
    cart = make_cart({}, customer=customer)
    assert not any(all_at_once([partial(keep_buying, cart.pk, sku.pk, 2)] * 50))
    assert OrderLine.objects.aggregate(units=Sum("quantity"))["units"] == 100
    assert units_at_a_discount(sku) == 7
    assert LimitUse.objects.get().used_units == 7
    assert audit() == []


@pytest.mark.req("CAM-08")
def test_100_parallel_orders_of_one_customer_count_against_the_limit_in_times():
    customer, sku = make_customer(), make_sku()
    campaign = make_campaign("percent_off", sku=sku, limit_orders=3)
    revision = campaign.current_revision
    use = partial(
        limits.use_limit,
        campaign_id=campaign.pk,
        customer_id=customer.pk,
        units=1,
        at=database_now(),
        revision=revision,
    )
    answers = Counter(type(answer).__name__ for answer in all_at_once([use] * 100))
    assert answers == {"NoneType": 3, "LimitReached": 97}
    assert LimitUse.objects.values_list("used_units", "used_orders").get() == (3, 3)


def test_without_lock_and_guard_one_customer_gets_more_than_is_allowed(monkeypatch):
    unguarded = limits.USE_GUARDED.partition("WHERE")[0]
    monkeypatch.setattr(limits, "USE_GUARDED", unguarded)
    monkeypatch.setattr(
        checkout, "_lock_customer_and_cart", lambda cart_id: Cart.objects.select_related("customer").get(pk=cart_id)
    )
    sku, customer = make_sku(), make_customer()
    make_campaign("percent_off", sku=sku, limit_units=3)
    cart = make_cart({sku: 1}, customer=customer)
    agreed = fingerprint_of(cart)
    all_at_once([partial(buy, cart.pk, agreed)] * 20)
    assert units_at_a_discount(sku) > 3
