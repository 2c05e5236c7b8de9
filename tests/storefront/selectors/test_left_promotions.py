from datetime import timedelta

import pytest

from campaigns.commands.interventions import Wish, do_at_once
from pricing.clock import database_now
from storefront.quoting import price_cart_row
from storefront.selectors.cart import lines_of
from storefront.selectors.left_promotions import LeftPromotion, left_promotions
from storefront.selectors.promo_page import skus_in_campaign
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-11")]


def _end(campaign, deed, *skus):
    wish = Wish(deed=deed, reason="wrong price", sku_ids=frozenset(sku.pk for sku in skus))
    do_at_once(campaign_id=campaign.pk, wish=wish, by=make_user(groups=["operator"]), at=database_now())


def _told(cart):
    return left_promotions(list(lines_of(cart)), at=database_now())


def test_sku_that_is_taken_out_costs_its_list_price_at_once_and_the_cart_says_why(client):
    out, stays = make_sku(), make_sku()
    campaign = make_campaign("percent_off", sku=[out, stays], name="Winter", name_zh="冬")
    cart = make_cart({out: 1, stays: 1})
    assert price_cart_row(cart=cart, at=database_now()).quote.total_cents == 16_000
    _end(campaign, "withdraw", out)
    assert price_cart_row(cart=cart, at=database_now()).quote.total_cents == 18_000
    assert [sku.code for sku in skus_in_campaign(campaign.current_revision)] == [stays.code]
    assert _told(cart) == [LeftPromotion("withdrawn", "Winter", str(out.local_name))]
    assert _told(make_cart({out: 1})) == []  # put in afterwards: nothing has changed for this shopper


@pytest.mark.parametrize(("deed", "what"), [("pause", "paused"), ("stop", "stopped")])
def test_cart_says_that_its_promotion_was_paused_or_stopped(deed, what):
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku, name="Winter", name_zh="冬")
    with_it, without = make_cart({sku: 1}), make_cart({make_sku(): 1})
    _end(campaign, deed)
    assert (_told(with_it), _told(without)) == ([LeftPromotion(what, "Winter")], [])
    assert left_promotions(list(lines_of(with_it)), at=database_now() + timedelta(days=8)) == []


def test_order_that_is_placed_keeps_its_price():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    order = make_order({sku: 1})
    _end(campaign, "withdraw", sku)
    order.refresh_from_db()
    assert (order.total_cents, order.state) == (8_000, "awaiting_payment")
