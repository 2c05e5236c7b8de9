"""A campaign is stopped while orders with it are being placed: after "stopped" is shown no order commits with it."""

from functools import partial
from threading import Event

import pytest

from campaigns.commands.transitions import move_campaign
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands import checkout
from storefront.models import Order
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart
from tests.reliability.shoppers import Bought, buy, fingerprint_of
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CAM-11")]


def stop(campaign) -> None:
    move_campaign(campaign_id=campaign.pk, move="stop", by=make_user(), at=database_now(), reason="wrong price")


def order_while_it_is_stopped(monkeypatch) -> Bought:
    """The stop comes after the order has been priced and before anything is held."""
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    cart = make_cart({sku: 1}, customer=make_customer())
    priced, stopped = Event(), Event()
    keep_coupons = checkout._keep_coupons

    def wait_for_the_stop(*given):
        keep_coupons(*given)
        priced.set()
        assert stopped.wait(PATIENCE_SECONDS)

    def stop_then():
        assert priced.wait(PATIENCE_SECONDS)
        stop(campaign)
        stopped.set()

    monkeypatch.setattr(checkout, "_keep_coupons", wait_for_the_stop)
    return all_at_once([partial(buy, cart.pk, fingerprint_of(cart)), stop_then])[0]


def test_order_priced_before_the_stop_is_told_the_new_price(monkeypatch):
    assert order_while_it_is_stopped(monkeypatch) == Bought(10_000, was_told=True)
    assert audit() == []


def test_without_holding_the_campaign_the_order_commits_after_the_stop(monkeypatch):
    monkeypatch.setattr(checkout, "hold_campaigns", lambda **held: None)
    assert order_while_it_is_stopped(monkeypatch) == Bought(8_000, was_told=False)


def test_stop_waits_for_the_order_that_holds_the_campaign(monkeypatch):
    # given an order that holds the campaign and is not yet written
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    cart = make_cart({sku: 1}, customer=make_customer())
    holding, seen, write_order = Event(), [], checkout.write_order

    def slowly(**order):
        holding.set()
        assert not stopped.wait(0.5)
        return write_order(**order)

    stopped = Event()

    def stop_then():
        assert holding.wait(PATIENCE_SECONDS)
        stop(campaign)
        stopped.set()
        seen.extend(Order.objects.values_list("total_cents", flat=True))

    monkeypatch.setattr(checkout, "write_order", slowly)
    # when
    answers = all_at_once([partial(buy, cart.pk, fingerprint_of(cart)), stop_then])
    # then the order was there, at the price agreed to, when the stop had been made
    assert answers == [Bought(8_000, was_told=False), None]
    assert seen == [8_000]


def test_crowd_gets_the_old_price_before_the_stop_and_is_told_the_new_one_after():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    carts = [make_cart({sku: 1}, customer=make_customer()) for _ in range(24)]
    works = [partial(buy, cart.pk, fingerprint_of(cart)) for cart in carts]
    *bought, stopped = all_at_once([*works, partial(stop, campaign)])
    assert stopped is None
    assert set(bought) <= {Bought(8_000, was_told=False), Bought(10_000, was_told=True)}
    assert len(bought) == 24
    assert audit() == []
