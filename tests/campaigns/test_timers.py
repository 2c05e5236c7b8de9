"""What the timers note: late, once, in order, for many at once, over a change of clocks, with clocks apart."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import tasks
from campaigns.admin.trail import lateness
from campaigns.commands.interventions import Wish, do_at_once, refuse
from campaigns.commands.phases import note_phases
from campaigns.models import Campaign, PhaseChange
from campaigns.selectors.phases import phase_of_campaign
from pricing.clock import database_now
from storefront.quoting import quote_cart
from tests.campaigns.admin.pages import page_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.many_campaigns import make_many_campaigns
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-10")]

HOUR, SECOND, INSTANT = timedelta(hours=1), timedelta(seconds=1), timedelta(microseconds=1)


def _noted(**which):
    return list(PhaseChange.objects.filter(**which).order_by("pk").values_list("phase", "due_at"))


def test_fifty_campaigns_are_noted_with_as_many_queries_as_one():
    counts = []
    for count in (1, 50):
        starts_at = NOON + count * HOUR
        make_many_campaigns(count, skus=3, starts_at=starts_at, ends_at=starts_at + SECOND)
        with CaptureQueriesContext(connection) as seen:
            assert note_phases(at=starts_at) == count
        counts.append(len(seen))
        note_phases(at=starts_at + SECOND)
    assert counts[0] == counts[1], counts


def test_what_was_missed_is_noted_in_the_order_in_which_it_happened():
    later = make_campaign(starts_at=NOON, ends_at=NOON + 3 * HOUR)
    earlier = make_campaign(starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    assert note_phases(at=NOON + 4 * HOUR) == 4
    assert note_phases(at=NOON + 5 * HOUR) == 0
    rows = PhaseChange.objects.order_by("pk").values_list("campaign", "phase")
    assert list(rows) == [
        (earlier.pk, "running"),
        (later.pk, "running"),
        (earlier.pk, "ended"),
        (later.pk, "ended"),
    ]


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=2), ""),
        (timedelta(seconds=3), "noted 3 seconds late"),
        (timedelta(minutes=1), "noted 1 minute late"),
        (timedelta(hours=3), "noted 3 hours late"),
        (timedelta(days=3), "noted 3 days late"),
    ],
)
def test_lateness_is_said_in_words(late, said):
    assert lateness(late) == said


def test_history_says_that_a_phase_was_noted_late(client):
    client.force_login(make_user(groups=["operator"]))
    campaign = make_campaign(starts_at=NOON, ends_at=NOON + 9 * HOUR)
    note_phases(at=NOON + 3 * HOUR)
    assert "noted 3 hours late" in client.get(page_of(campaign)).content.decode()


def test_reverted_stop_runs_again_and_its_real_end_is_noted():
    campaign, second = make_campaign(starts_at=NOON, ends_at=NOON + HOUR), make_user(groups=["approver"])
    wish = Wish(deed="stop", reason="wrong price")
    note_phases(at=NOON)
    done = do_at_once(campaign_id=campaign.pk, wish=wish, by=make_user(groups=["operator"]), at=NOON + 10 * SECOND)
    note_phases(at=NOON + 11 * SECOND)
    refuse(intervention_id=done.pk, by=second, at=NOON + 20 * SECOND, remark="it is right")
    assert phase_of_campaign(Campaign.objects.get(), at=NOON + 20 * SECOND) == "running"
    for later in (21 * SECOND, 22 * SECOND, HOUR, HOUR + SECOND):
        note_phases(at=NOON + later)
    assert _noted() == [
        ("running", NOON),
        ("ended", NOON + 10 * SECOND),
        ("running", NOON + 20 * SECOND),
        ("ended", NOON + HOUR),
    ]


# In Berlin 2027-03-28 02:00 does not exist and 2027-10-31 02:30 comes twice: what is stored is an instant.
CLOCK_CHANGES = [
    pytest.param(datetime(2027, 3, 28, 1, tzinfo=UTC), id="the clock is put forward"),
    pytest.param(datetime(2027, 10, 31, 1, tzinfo=UTC), id="the clock is put back"),
]


@pytest.mark.parametrize("changes_at", CLOCK_CHANGES)
def test_day_of_a_clock_change_starts_exactly_at_and_ends_exactly_before(settings, changes_at):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        sku = make_sku()
        campaign = make_campaign("percent_off", sku=sku, starts_at=changes_at, ends_at=changes_at + HOUR)
        cart = make_cart({sku: 1})
        moments = [changes_at - INSTANT, changes_at, changes_at + HOUR - INSTANT, changes_at + HOUR]
        assert [quote_cart(cart=cart, at=at).total_cents for at in moments] == [10_000, 8_000, 8_000, 10_000]
        assert [note_phases(at=at) for at in moments] == [0, 1, 0, 1]
        assert _noted(campaign=campaign) == [("running", changes_at), ("ended", changes_at + HOUR)]
    finally:
        timezone.get_default_timezone.cache_clear()


@pytest.mark.parametrize("apart", [-2 * SECOND, 2 * SECOND], ids=["worker is slow", "worker is fast"])
def test_worker_two_seconds_off_goes_by_the_clock_of_the_database(monkeypatch, apart):
    now = database_now()
    starts_at = now + SECOND
    campaign = make_campaign(starts_at=starts_at, ends_at=starts_at + HOUR)
    monkeypatch.setattr("django.utils.timezone.now", lambda: database_now() + apart)
    for database, noted in ((now, []), (starts_at - INSTANT, []), (starts_at, [("running", starts_at)])):
        monkeypatch.setattr(tasks, "database_now", lambda at=database: at)
        tasks.tick()
        assert _noted(campaign=campaign) == noted
