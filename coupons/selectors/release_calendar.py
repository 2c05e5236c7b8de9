"""The releases of a claim campaign with what each has given out: the operators' calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from coupons.models import ClaimCampaignRevision
from coupons.releases import Release, schedule_of

DAYS_AROUND = timedelta(days=7)
MOST_ROWS = 100

# In which release a coupon was claimed: the last one that had opened.
CLAIMED = """
SELECT width_bucket(issued_at, %(opened)s::timestamptz[]), count(*) FROM coupons_coupon
WHERE claim_campaign_id = %(claim_campaign)s AND issued_at >= (%(opened)s::timestamptz[])[1] GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One release; `given` is what was claimed until the next one. `stage`: over, now, next or later."""

    release: Release
    given: int
    stage: str


def release_calendar(revision: ClaimCampaignRevision, *, at: datetime) -> list[CalendarRow]:
    """Return the releases of a week before and after a moment, a hundred at most. One query."""
    schedule = schedule_of(revision)
    if schedule is None:
        return []
    middle = min(max(at, revision.starts_at), revision.ends_at)
    around = list(schedule.between(middle - DAYS_AROUND, middle + DAYS_AROUND))
    opened = [release for release in around if release.opens_at <= at]
    coming = [release for release in around if release.opens_at > at]
    opened = opened[-max(MOST_ROWS // 2, MOST_ROWS - len(coming)) :]
    shown = [*opened, *coming[: MOST_ROWS - len(opened)]]
    given = _given(revision.claim_campaign_id, opened)
    return [
        CalendarRow(release, given.get(number, 0), _stage(number, len(opened)))
        for number, release in enumerate(shown, start=1)
    ]


def _given(claim_campaign_id: int, opened: Sequence[Release]) -> dict[int, int]:
    """Return how many coupons were claimed in each of these releases, by its number from 1."""
    if not opened:
        return {}
    with connection.cursor() as cursor:
        moments = [release.opens_at for release in opened]
        cursor.execute(CLAIMED, {"claim_campaign": claim_campaign_id, "opened": moments})
        return dict(cursor.fetchall())


def _stage(number: int, opened: int) -> str:
    if number < opened:
        return "over"
    return {0: "now", 1: "next"}.get(number - opened, "later")
