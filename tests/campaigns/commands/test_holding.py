import contextlib
import time
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from campaigns.commands.drafting import revise
from campaigns.commands.holding import CampaignChanged, hold_campaigns
from campaigns.commands.transitions import CAMPAIGNS, move_campaign
from campaigns.models import Campaign
from tests.factories import NOON
from tests.factories.campaigns import approve, make_campaign, make_user

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_running_campaign_is_held_and_everything_else_is_refused():
    running = make_campaign(starts_at=NOON, ends_at=NOON + HOUR)
    hold_campaigns(revision_ids=[running.current_revision_id], at=NOON)
    hold_campaigns(revision_ids=[], at=NOON)
    paused = make_campaign(paused=True)
    for revision_id, at in (
        (running.current_revision_id, NOON + HOUR),
        (running.current_revision_id, NOON - HOUR),
        (paused.current_revision_id, NOON),
    ):
        with pytest.raises(CampaignChanged):
            hold_campaigns(revision_ids=[revision_id], at=at)


@pytest.mark.req("CAM-12")
@pytest.mark.django_db
def test_revision_that_was_replaced_is_refused():
    campaign = make_campaign()
    before = campaign.current_revision_id
    approve(revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON))
    with pytest.raises(CampaignChanged):
        hold_campaigns(revision_ids=[before], at=NOON)


@pytest.mark.req("CAM-11")
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_stop_waits_for_the_order_that_holds_the_campaign_and_lets_none_in_after():
    campaign, boss = make_campaign(), make_user()
    held, stopped = Event(), Event()

    def stop():
        held.wait(5)
        move_campaign(campaign_id=campaign.pk, move="stop", by=boss, at=NOON, reason="recall")
        stopped.set()
        connection.close()

    thread = Thread(target=stop)
    thread.start()
    with transaction.atomic():
        hold_campaigns(revision_ids=[campaign.current_revision_id], at=NOON)
        held.set()
        assert not stopped.wait(0.5)
        assert Campaign.objects.get().state == "approved"
    thread.join(5)
    assert stopped.is_set()
    with pytest.raises(CampaignChanged):
        hold_campaigns(revision_ids=[campaign.current_revision_id], at=NOON)


def _stop_among_a_stream_of_orders(campaign, *, hold):
    """Return for how many seconds a stop waits while 12 people place orders, one after the other, for 4 seconds."""
    over_at = time.monotonic() + 4

    def order_again_and_again():
        with contextlib.suppress(CampaignChanged):
            while time.monotonic() < over_at:
                with transaction.atomic():
                    hold(revision_ids=[campaign.current_revision_id], at=NOON)
                    time.sleep(0.05)
        connection.close()

    threads = [Thread(target=order_again_and_again) for _ in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    move_campaign(campaign_id=campaign.pk, move="stop", by=make_user(), at=NOON, reason="recall")
    waited = time.monotonic() - began
    for thread in threads:
        thread.join()
    return waited


@pytest.mark.req("CAM-11")
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_stop_gets_its_turn_in_a_stream_of_orders():
    assert _stop_among_a_stream_of_orders(make_campaign(), hold=hold_campaigns) < 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_gate_the_stop_waits_for_the_stream_to_end(monkeypatch):
    monkeypatch.setattr("campaigns.commands.holding.pass_with_others", lambda table, ids: None)
    assert _stop_among_a_stream_of_orders(make_campaign(), hold=hold_campaigns) > 2
