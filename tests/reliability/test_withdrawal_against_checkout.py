"""A SKU leaves a campaign, or the campaign is paused, while orders are placed: afterwards none commits with it."""

from functools import partial
from threading import Event

import pytest

from campaigns.commands import holding
from campaigns.commands.interventions import Wish, do_at_once
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

AT_THE_PRICE, TOLD_THE_OTHER = Bought(8_000, was_told=False), Bought(10_000, was_told=True)


def end(campaign, sku, deed) -> None:
    skus = frozenset({sku.pk}) if deed == "withdraw" else frozenset()
    wish = Wish(deed=deed, reason="wrong price", sku_ids=skus)
    do_at_once(campaign_id=campaign.pk, wish=wish, by=make_user(groups=["operator"]), at=database_now())


def order_while_it_is_ended(monkeypatch, deed) -> Bought:
    """It is ended after the order has been priced and before anything is held."""
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=[sku, make_sku()])
    cart = make_cart({sku: 1}, customer=make_customer())
    priced, ended = Event(), Event()
    keep_coupons = checkout._keep_coupons

    def wait_for_the_end(*given):
        keep_coupons(*given)
        priced.set()
        assert ended.wait(PATIENCE_SECONDS)

    def end_then():
        assert priced.wait(PATIENCE_SECONDS)
        end(campaign, sku, deed)
        ended.set()

    monkeypatch.setattr(checkout, "_keep_coupons", wait_for_the_end)
    return all_at_once([partial(buy, cart.pk, fingerprint_of(cart)), end_then])[0]


@pytest.mark.parametrize("deed", ["withdraw", "pause", "stop"])
def test_order_priced_before_is_told_the_new_price(monkeypatch, deed):
    assert order_while_it_is_ended(monkeypatch, deed) == TOLD_THE_OTHER
    assert audit() == []


@pytest.mark.parametrize("deed", ["withdraw", "pause"])
def test_negative_control_without_holding_the_campaign_the_order_commits(monkeypatch, deed):
    monkeypatch.setattr(checkout, "hold_campaigns", lambda **held: None)
    assert order_while_it_is_ended(monkeypatch, deed) == AT_THE_PRICE


def test_negative_control_without_the_edition_the_withdrawn_sku_is_sold(monkeypatch):
    """The campaign still runs with the same revision: nothing else tells that a SKU has left it."""
    monkeypatch.setattr(holding, "HOLD", holding.HOLD.replace("campaign.edition", "1"))
    assert order_while_it_is_ended(monkeypatch, "withdraw") == AT_THE_PRICE


@pytest.mark.parametrize("deed", ["withdraw", "pause"])
def test_it_waits_for_the_order_that_holds_the_campaign(monkeypatch, deed):
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    cart = make_cart({sku: 1}, customer=make_customer())
    holding_it, ended, seen, write_order = Event(), Event(), [], checkout.write_order

    def slowly(**order):
        holding_it.set()
        assert not ended.wait(0.5)
        return write_order(**order)

    def end_then():
        assert holding_it.wait(PATIENCE_SECONDS)
        end(campaign, sku, deed)
        ended.set()
        seen.extend(Order.objects.values_list("total_cents", flat=True))

    monkeypatch.setattr(checkout, "write_order", slowly)
    assert all_at_once([partial(buy, cart.pk, fingerprint_of(cart)), end_then]) == [AT_THE_PRICE, None]
    assert seen == [8_000]


def test_crowd_gets_the_price_before_the_withdrawal_and_is_told_the_new_one_after():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku)
    carts = [make_cart({sku: 1}, customer=make_customer()) for _ in range(24)]
    works = [partial(buy, cart.pk, fingerprint_of(cart)) for cart in carts]
    *bought, ended = all_at_once([*works, partial(end, campaign, sku, "withdraw")])
    assert ended is None
    assert len(bought) == 24
    assert set(bought) <= {AT_THE_PRICE, TOLD_THE_OTHER}
    assert audit() == []
