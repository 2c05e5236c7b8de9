"""What a claim passes at its campaign: the campaign is held as it was read, and one statement decides how many."""

from datetime import datetime

from django.db.models import F

from coupons.commands.guards import Guard, gate
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, ClaimCampaignRevision, ClaimCount, Coupon
from coupons.refusals import AllGone, ClaimOver, NotOpenYet
from coupons.releases import Release, Schedule, schedule_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking

HOLD_CLAIM_CAMPAIGN = """
SELECT 1 FROM coupons_claimcampaign WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE
"""
# The statement that decides how many coupons a claim campaign hands out.
COUNT_CLAIM = """
UPDATE coupons_claimcount SET used = used + 1 WHERE claim_campaign_id = %s AND (total IS NULL OR used < total)
"""
# The same where coupons come in releases: a release opens with the first claim after its time. A claim whose clock is
# behind (it began before the next release opened) is counted in the release that has opened.
COUNT_RELEASED = """
UPDATE coupons_claimcount count SET
    used = count.used + 1,
    release_used = 1 + CASE WHEN count.release_at >= latest.opens_at THEN count.release_used
                            WHEN latest.carries THEN count.used ELSE 0 END,
    release_total = CASE WHEN count.release_at > latest.opens_at THEN count.release_total ELSE latest.room END,
    release_at = GREATEST(count.release_at, latest.opens_at)
FROM (VALUES (%s::timestamptz, %s::integer, %s::boolean)) AS latest (opens_at, room, carries)
WHERE count.claim_campaign_id = %s
  AND (count.total IS NULL OR count.used < count.total)
  AND CASE WHEN count.release_at > latest.opens_at THEN count.release_used < count.release_total
           WHEN count.release_at = latest.opens_at THEN count.release_used < latest.room
           WHEN latest.carries THEN count.used < latest.room
           ELSE latest.room > 0 END
"""


def claim_held(revision: ClaimCampaignRevision) -> list[Guard]:
    """Keep a claim campaign, and what it says, as it is until commit; the gate lets a stop have its turn."""
    held = (revision.claim_campaign_id, ReviewedState.APPROVED, revision.pk)
    return [
        gate(ClaimCampaign._meta.db_table, revision.claim_campaign_id),
        Guard("template_budget", HOLD_CLAIM_CAMPAIGN, held, _claim_changed),
    ]


def claim_counted(revision: ClaimCampaignRevision, *, at: datetime) -> list[Guard]:
    """Count a claim at its campaign. Raises NotOpenYet before the first release."""
    schedule = schedule_of(revision)
    if schedule is None:
        return [Guard("template_budget", COUNT_CLAIM, (revision.claim_campaign_id,), all_claimed)]
    release = schedule.latest(at)
    if release is None:
        raise none_left(revision.claim_campaign_id, schedule, at=at)
    return [
        Guard(
            "template_budget",
            COUNT_RELEASED,
            (*_figures(release), revision.claim_campaign_id),
            lambda: none_left(revision.claim_campaign_id, schedule, at=at),
        )
    ]


def all_claimed() -> Refusal:
    return AllGone(N_("All coupons have been claimed."))


def none_left(claim_campaign_id: int, schedule: Schedule, *, at: datetime) -> Refusal:
    """Return the refusal where the latest release has nothing left: when the next one comes, if there is one."""
    following = schedule.following(at)
    used_up = ClaimCount.objects.filter(pk=claim_campaign_id, used__gte=F("total"))
    if following is None or used_up.exists():
        return all_claimed()
    opens_at = following.opens_at.isoformat()
    if schedule.latest(at) is None:
        return NotOpenYet(N_("Claiming starts at %(starts_at)s."), starts_at=opens_at)
    return AllGone(N_("These have all been claimed. The next coupons come at %(opens_at)s."), opens_at=opens_at)


@command
def set_release(*, claim_campaign: ClaimCampaign, revision: ClaimCampaignRevision, at: datetime) -> None:
    """Make the count hold what the release of this moment has given out so far, as a new revision sees it.

    Nobody claims meanwhile: an approval holds the claim campaign alone.
    """
    locking("template_budget")
    count = ClaimCount.objects.select_for_update().get(pk=claim_campaign.pk)
    schedule = schedule_of(revision)
    release = schedule.latest(at) if schedule else None
    opens_at, room, given = None, None, 0
    if release is not None:
        since = Coupon.objects.filter(claim_campaign=claim_campaign, issued_at__gte=release.opens_at)
        given = count.used if release.carries else since.count()
        opens_at, room = release.opens_at, max(release.room, given)
    ClaimCount.objects.filter(pk=count.pk).update(release_at=opens_at, release_total=room, release_used=given)


def _figures(release: Release) -> tuple[object, ...]:
    return release.opens_at, release.room, release.carries


def _claim_changed() -> Refusal:
    return ClaimOver(N_("This coupon has just changed or can no longer be claimed. Please look again."))
