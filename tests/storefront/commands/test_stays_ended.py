"""A campaign that is set to stay ended does not come back with what is returned; any other does."""

import pytest

from campaigns.commands.ending import keep_ended
from campaigns.commands.holding import CampaignChanged, hold_campaigns
from campaigns.commands.interventions import Wish, do_at_once, refuse
from campaigns.commands.phases import note_phases
from campaigns.models import PhaseChange, SoldOut
from campaigns.selectors.phases import phase_of_campaign
from campaigns.selectors.running import running_revisions
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.quoting import quote_cart
from tests.factories.campaigns import approve, make_campaign, make_checker, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-10")]

CAPS = [
    pytest.param({"stock": 2}, id="stock of the campaign"),
    pytest.param({"budget_cents": 4_000}, id="budget"),
]


def _sold_out_and_returned(sku, **fields):
    campaign = make_campaign("percent_off", sku=sku, **fields)
    order = make_order({sku: 2}, customer=make_customer())
    assert order.total_cents == 16_000
    cart = make_cart({sku: 1})
    assert quote_cart(cart=cart, at=database_now()).total_cents == 10_000
    note_phases(at=database_now())
    cancel_order(order_id=order.pk, at=database_now(), reason="changed my mind", by=None)
    return campaign, cart


@pytest.mark.parametrize("caps", CAPS)
def test_sold_out_for_good_stays_ended_whatever_comes_back(caps):
    campaign, cart = _sold_out_and_returned(make_sku(), stays_ended=True, **caps)
    assert quote_cart(cart=cart, at=database_now()).total_cents == 10_000
    assert (phase_of_campaign(campaign, at=database_now()), running_revisions(database_now())) == ("sold_out", [])
    for _again in range(2):
        note_phases(at=database_now())
    assert list(PhaseChange.objects.order_by("pk").values_list("phase", flat=True)) == ["running", "sold_out"]
    with pytest.raises(CampaignChanged):
        hold_campaigns(editions={campaign.current_revision_id: 1}, at=database_now())
    assert SoldOut.objects.count() == 1


@pytest.mark.parametrize("caps", CAPS)
def test_any_other_goes_on_with_what_comes_back(caps):
    campaign, cart = _sold_out_and_returned(make_sku(), **caps)
    assert quote_cart(cart=cart, at=database_now()).total_cents == 8_000
    assert phase_of_campaign(campaign, at=database_now()) == "running"
    assert not SoldOut.objects.exists()


@pytest.mark.req("CAM-11")
def test_what_was_only_taken_out_is_not_sold_out_for_good():
    sku, now = make_sku(), database_now()
    campaign = make_campaign("percent_off", stock={sku: 6}, stays_ended=True)
    order = make_order({sku: 2})
    out = Wish(deed="withdraw", reason="wrong price", sku_ids=frozenset({sku.pk}))
    done = do_at_once(campaign_id=campaign.pk, wish=out, by=make_user(groups=["operator"]), at=now)
    cancel_order(order_id=order.pk, at=now, reason="changed my mind", by=None)
    refuse(intervention_id=done.pk, by=make_checker(), at=now, remark="the price is right")
    assert quote_cart(cart=make_cart({sku: 1}), at=database_now()).total_cents == 8_000


def test_what_was_not_sold_out_comes_back_and_a_new_version_begins_anew():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku, stock=3, stays_ended=True)
    order = make_order({sku: 2}, customer=make_customer())
    cancel_order(order_id=order.pk, at=database_now(), reason="changed my mind", by=None)
    assert not SoldOut.objects.exists()
    make_order({sku: 3}, customer=make_customer())
    keep_ended({campaign.pk}, at=database_now())
    assert SoldOut.objects.get().revision == campaign.current_revision
    approve(make_revision("percent_off", campaign=campaign, sku=sku, stock=5, stays_ended=True))
    assert quote_cart(cart=make_cart({sku: 1}), at=database_now()).total_cents == 8_000
