"""A flash sale from tag to refund: every SKU at its own price, with its own stock and its own limit per shopper."""

import pytest

from campaigns.models import SkuLimitUse
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.models import Order
from storefront.price_tags import price_skus
from storefront.refusals import SignInFirst
from storefront.selectors.catalogue import sellable_skus
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_product, make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02", "CAM-07", "CAM-08")]


@pytest.fixture
def cup():
    return make_sku("CUP", product=make_product("cups"))


@pytest.fixture
def pot():
    return make_sku("POT", product=make_product("pots"))


@pytest.fixture
def campaign(cup, pot):
    rows = {cup: {"price_cents": 6_000, "limit_units": 2}, pot: {"price_cents": 7_500, "stock_units": 3}}
    return make_campaign("sku_prices", rows=rows)


def tags(customer=None):
    found = price_skus(skus=sellable_skus(), customer=customer, at=database_now())
    return {pk: (view.tag_cents, len(view.badges)) for pk, view in found.items()}


def test_tags_and_orders_show_the_price_of_each_sku(campaign, cup, pot):
    plain = make_sku("PLAIN")
    assert tags() == {cup.pk: (6_000, 1), pot.pk: (7_500, 1), plain.pk: (10_000, 0)}
    assert make_order({cup: 1, pot: 2, plain: 1}, customer=make_customer()).total_cents == 6_000 + 2 * 7_500 + 10_000


def test_beyond_the_limit_of_a_sku_the_rest_costs_the_list_price_and_cancelling_gives_it_back(campaign, cup, pot):
    customer = make_customer()
    first = make_order({cup: 3, pot: 1}, customer=customer)
    assert first.total_cents == 2 * 6_000 + 10_000 + 7_500
    assert SkuLimitUse.objects.values_list("sku", "used_units").get() == (cup.pk, 2)
    assert tags(customer) == {cup.pk: (10_000, 0), pot.pk: (7_500, 1)}
    assert tags(make_customer()) == {cup.pk: (6_000, 1), pot.pk: (7_500, 1)}
    cancel_order(order_id=first.pk, reason="", at=first.placed_at)
    assert SkuLimitUse.objects.get().used_units == 0
    assert tags(customer)[cup.pk] == (6_000, 1)


def test_a_sku_that_is_sold_out_leaves_while_the_others_go_on(campaign, cup, pot):
    assert make_order({pot: 4}).total_cents == 3 * 7_500 + 10_000
    assert tags() == {cup.pk: (6_000, 1), pot.pk: (10_000, 0)}


def test_only_who_buys_a_limited_sku_has_to_sign_in(campaign, cup, pot):
    assert make_order({pot: 1}).total_cents == 7_500
    with pytest.raises(SignInFirst):
        make_order({cup: 1, pot: 1})


def test_an_order_is_stored_with_the_prices_of_its_own_goods_only(campaign, cup):
    order = make_order({cup: 1}, customer=make_customer())
    (offer,) = Order.objects.get(pk=order.pk).document["input"]["offers"]
    assert offer["benefit"]["params"] == {"prices": {"CUP": 6_000}}
    assert offer["scope"]["skus"] == ["CUP"]
