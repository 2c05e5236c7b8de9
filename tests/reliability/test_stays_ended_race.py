"""The last piece is sold while another comes back: a campaign that stays ended was sold out, and stays so."""

from functools import partial
from threading import Event

import pytest

from campaigns.commands import ending
from campaigns.models import SoldOut
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands import checkout
from storefront.commands.cancelling import cancel_order
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order
from tests.reliability.shoppers import Bought, buy, fingerprint_of
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CAM-10")]


def sell_the_last_piece_while_another_comes_back(monkeypatch, *, seconds: float):
    """The order stays open until the cancellation has looked, or for so many seconds if it has to wait."""
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=2, stays_ended=True)
    first = make_order({sku: 1}, customer=make_customer())
    cart = make_cart({sku: 1}, customer=make_customer())
    taken, looked, take_for, used_up = Event(), Event(), checkout.take_for, ending.used_up_campaigns

    def take_slowly(order):
        take_for(order)
        taken.set()
        looked.wait(seconds)

    def look(revisions, **how):
        found = used_up(revisions, **how)
        looked.set()
        return found

    def cancel_then():
        assert taken.wait(PATIENCE_SECONDS)
        cancel_order(order_id=first.pk, at=database_now(), reason="changed my mind", by=None)

    monkeypatch.setattr(checkout, "take_for", take_slowly)
    monkeypatch.setattr(ending, "used_up_campaigns", look)
    bought = all_at_once([partial(buy, cart.pk, fingerprint_of(cart)), cancel_then])
    assert bought == [Bought(8_000, was_told=False), None]
    assert audit() == []


def test_cancellation_waits_for_the_order_of_the_last_piece(monkeypatch):
    sell_the_last_piece_while_another_comes_back(monkeypatch, seconds=1)
    assert SoldOut.objects.count() == 1


def test_negative_control_without_holding_the_campaign_nobody_sees_the_end(monkeypatch):
    monkeypatch.setattr(ending, "locked_subject", lambda tables, campaign_id: campaign_id)
    sell_the_last_piece_while_another_comes_back(monkeypatch, seconds=PATIENCE_SECONDS)
    assert not SoldOut.objects.exists()
