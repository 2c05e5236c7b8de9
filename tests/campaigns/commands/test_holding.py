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
# Sessions of this database that wait for a lock: a gate names the database, a row only what its waiter holds besides.
WAITING = """
SELECT count(*) FROM pg_locks AS waiting WHERE NOT granted AND EXISTS (
    SELECT 1 FROM pg_locks AS any_lock WHERE any_lock.pid = waiting.pid
    AND any_lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


@pytest.mark.django_db
def test_running_campaign_is_held_and_everything_else_is_refused():
    running = make_campaign(starts_at=NOON, ends_at=NOON + HOUR)
    hold_campaigns(editions={running.current_revision_id: 1}, at=NOON)
    hold_campaigns(editions={}, at=NOON)
    paused = make_campaign(paused=True)
    for revision_id, at in (
        (running.current_revision_id, NOON + HOUR),
        (running.current_revision_id, NOON - HOUR),
        (paused.current_revision_id, NOON),
    ):
        with pytest.raises(CampaignChanged):
            hold_campaigns(editions={revision_id: 1}, at=at)


@pytest.mark.req("CAM-12")
@pytest.mark.django_db
def test_revision_that_was_replaced_is_refused():
    campaign = make_campaign()
    before = campaign.current_revision_id
    approve(revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON))
    with pytest.raises(CampaignChanged):
        hold_campaigns(editions={before: 1}, at=NOON)


@pytest.mark.req("CAM-11")
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_stop_waits_for_the_order_that_holds_the_campaign_and_lets_none_in_after():
    campaign, boss = make_campaign(), make_user()
    held, stopped = Event(), Event()

    def stop():
        held.wait(60)
        move_campaign(campaign_id=campaign.pk, move="stop", by=boss, at=NOON, reason="recall")
        stopped.set()
        connection.close()

    thread = Thread(target=stop)
    thread.start()
    with transaction.atomic():
        hold_campaigns(editions={campaign.current_revision_id: 1}, at=NOON)
        held.set()
        assert not stopped.wait(0.5)
        assert Campaign.objects.get().state == "approved"
    thread.join(60)
    assert stopped.is_set()
    with pytest.raises(CampaignChanged):
        hold_campaigns(editions={campaign.current_revision_id: 1}, at=NOON)


def _order_enters_while_a_stop_waits(campaign, *, seconds: float) -> bool:
    """One order holds the campaign, a stop waits for it, a second order comes: does it pass the stop in that time?"""
    boss, entered = make_user(), Event()

    def stop():
        move_campaign(campaign_id=campaign.pk, move="stop", by=boss, at=NOON, reason="recall")
        connection.close()

    def order():
        with contextlib.suppress(CampaignChanged), transaction.atomic():
            hold_campaigns(editions={campaign.current_revision_id: 1}, at=NOON)
            entered.set()
        connection.close()

    threads = [Thread(target=stop), Thread(target=order)]
    with transaction.atomic():
        hold_campaigns(editions={campaign.current_revision_id: 1}, at=NOON)
        threads[0].start()
        _wait_until_somebody_waits()
        threads[1].start()
        passed = entered.wait(seconds)
    for thread in threads:
        thread.join(60)
    assert Campaign.objects.get(pk=campaign.pk).state == "stopped"
    return passed


def _wait_until_somebody_waits() -> None:
    over_at = time.monotonic() + 60
    while time.monotonic() < over_at:
        with connection.cursor() as cursor:
            # Not pg_stat_activity: a transaction sees the same picture of it for ever.
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


@pytest.mark.req("CAM-11")
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_stop_gets_its_turn_in_a_stream_of_orders():
    assert not _order_enters_while_a_stop_waits(make_campaign(), seconds=1)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_gate_orders_overtake_a_waiting_stop(monkeypatch):
    monkeypatch.setattr("campaigns.commands.holding.pass_with_others", lambda table, ids: None)
    assert _order_enters_while_a_stop_waits(make_campaign(), seconds=60)
