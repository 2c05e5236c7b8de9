from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.commands.drafting import WrongDraft
from campaigns.commands.shifting import move_draft, shifted
from campaigns.commands.transitions import MoveRefused
from campaigns.models import AuditEntry, CampaignRevision, ReviewState
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def draft():
    return make_revision(starts_at=NOON, ends_at=NOON + 2 * DAY + HOUR, warm_up_at=NOON - DAY)


def _period(revision):
    revision = CampaignRevision.objects.get(pk=revision.pk)
    return revision.starts_at, revision.ends_at, revision.warm_up_at


def test_a_moved_draft_keeps_its_length_and_its_announcement(draft):
    for _ in range(2):  # the same start again changes nothing
        move_draft(revision_id=draft.pk, starts_at=NOON + 5 * DAY, by=draft.author)
        assert _period(draft) == (NOON + 5 * DAY, NOON + 7 * DAY + HOUR, NOON + 4 * DAY)


@pytest.mark.req("CAM-09")
def test_a_move_stands_in_the_audit_trail_with_the_period_before_and_after(draft):
    for _ in range(2):
        move_draft(revision_id=draft.pk, starts_at=NOON + DAY, by=draft.author)
    (entry,) = AuditEntry.objects.filter(kind="campaigns.campaign", object_id=draft.campaign_id)
    (starts,) = [row for row in entry.changes if row["field"] == "starts_at"]
    assert (entry.by, entry.act, len(entry.changes)) == (draft.author, "edit", 3)
    assert [parse_datetime(starts[name]) for name in ("before", "after")] == [NOON, NOON + DAY]


def test_a_draft_of_somebody_else_stays_where_it_is(draft):
    before = _period(draft)
    with pytest.raises(MoveRefused, match="belongs to somebody else"):
        move_draft(revision_id=draft.pk, starts_at=NOON, by=make_user())
    assert _period(draft) == before


@pytest.mark.parametrize("review", [ReviewState.IN_REVIEW, ReviewState.APPROVED])
def test_what_was_handed_in_stays_where_it_is(draft, review):
    CampaignRevision.objects.filter(pk=draft.pk).update(review=review)
    with pytest.raises(MoveRefused, match="handed in"):
        move_draft(revision_id=draft.pk, starts_at=NOON + DAY, by=draft.author)
    assert _period(draft)[0] == NOON


def test_a_shift_by_days_keeps_the_time_of_the_wall_clock_over_a_change_of_clocks():
    zone = ZoneInfo("Europe/Berlin")
    with timezone.override(zone):
        start = datetime(2026, 10, 24, 20, tzinfo=zone)  # the night after it, clocks go back an hour
        moved = shifted({"starts_at": start, "warm_up_at": None}, 1)
        assert moved == {"starts_at": datetime(2026, 10, 25, 20, tzinfo=zone), "warm_up_at": None}
        assert moved["starts_at"] - start.astimezone(ZoneInfo("UTC")) == 25 * HOUR


def test_a_draft_that_is_dragged_over_a_change_of_clocks_ends_at_the_same_time_of_day():
    zone = ZoneInfo("Europe/Berlin")

    def midnight(day):
        return datetime(2026, 10, day, tzinfo=zone)

    with timezone.override(zone):
        draft = make_revision(starts_at=midnight(17), ends_at=midnight(18), warm_up_at=midnight(16))
        move_draft(revision_id=draft.pk, starts_at=midnight(25), by=draft.author)  # a day of 25 hours
        assert _period(draft) == (midnight(25), midnight(26), midnight(24))
        second_time = datetime(2026, 10, 25, 1, 45, tzinfo=UTC)  # 02:45, for the second time
        short = make_revision(starts_at=midnight(17), ends_at=midnight(17) + timedelta(minutes=5))
        move_draft(revision_id=short.pk, starts_at=second_time, by=short.author)
        starts_at, ends_at, _ = _period(short)
        assert (starts_at, ends_at - starts_at) == (second_time, timedelta(minutes=5))


def test_a_draft_that_is_dragged_into_the_hour_that_is_left_out_is_announced_at_its_start():
    zone = ZoneInfo("America/New_York")
    with timezone.override(zone):
        start, announced = datetime(2027, 1, 10, 3, 15, tzinfo=zone), datetime(2027, 1, 10, 2, 45, tzinfo=zone)
        draft = make_revision(starts_at=start, ends_at=start + DAY, warm_up_at=announced)
        spring = datetime(2027, 3, 14, 3, 15, tzinfo=zone)  # there is no 02:45 in this night
        move_draft(revision_id=draft.pk, starts_at=spring, by=draft.author)
        assert _period(draft) == (spring, datetime(2027, 3, 15, 3, 15, tzinfo=zone), spring)
        copied = shifted({"starts_at": start, "ends_at": start + DAY, "warm_up_at": announced}, 63)
        assert (copied["starts_at"], copied["warm_up_at"]) == (spring.astimezone(UTC), spring.astimezone(UTC))


def test_a_draft_from_the_first_to_the_second_time_of_an_hour_lasts_as_long_on_another_day():
    zone = ZoneInfo("America/New_York")
    with timezone.override(zone):
        start, end = datetime(2027, 11, 7, 5, 30, tzinfo=UTC), datetime(2027, 11, 7, 6, 15, tzinfo=UTC)
        draft = make_revision(starts_at=start, ends_at=end)  # 01:30, then 01:15 for the second time
        december = datetime(2027, 12, 1, 10, tzinfo=zone)
        move_draft(revision_id=draft.pk, starts_at=december, by=draft.author)
        assert _period(draft) == (december, december + timedelta(minutes=45), None)


def test_a_shift_out_of_every_calendar_is_refused():
    with pytest.raises(WrongDraft, match="between the years"):
        shifted({"starts_at": NOON}, 4_000_000)
