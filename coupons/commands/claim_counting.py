"""What a claim passes at its campaign: the campaign is held as it was read, and one statement decides how many."""

from datetime import datetime

from django.db.models import Count, F

from coupons.commands.guards import Guard, gate
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, ClaimCampaignRevision, ClaimCount, ClaimPlaceCount, Coupon
from coupons.places import PlaceRule, rule_at
from coupons.refusals import AllGone, ClaimOver, NotOpenYet
from coupons.releases import Schedule, schedule_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking

HOLD_CLAIM_CAMPAIGN = """
SELECT 1 FROM coupons_claimcampaign
WHERE id = %s AND state = %s AND current_revision_id = %s AND link_generation = COALESCE(%s, link_generation) FOR SHARE
"""
# The statement that decides how many coupons are claimed at a place with a number of its own.
COUNT_AT_PLACE = """
INSERT INTO coupons_claimplacecount AS counted (claim_campaign_id, place, total, used) VALUES (%s, %s, %s, 1)
ON CONFLICT (claim_campaign_id, place) DO UPDATE SET used = counted.used + 1, total = EXCLUDED.total
WHERE counted.used < EXCLUDED.total
"""
# The statement that decides how many coupons a claim campaign hands out.
COUNT_CLAIM = """
UPDATE coupons_claimcount SET used = used + 1 WHERE claim_campaign_id = %s AND (total IS NULL OR used < total)
"""
# The same where coupons come in releases: a release opens with the first claim after its time. What it has given out
# is, where leftovers are carried over, what all of them have since the first one. A claim whose clock is behind (it
# began before the next release opened) is counted in the release that has opened.
COUNT_RELEASED = """
UPDATE coupons_claimcount count SET
    used = count.used + 1,
    release_used = 1 + CASE WHEN count.release_at >= latest.opens_at THEN count.release_used
                            WHEN latest.carries THEN count.release_used ELSE 0 END,
    release_total = CASE WHEN count.release_at > latest.opens_at THEN count.release_total ELSE latest.room END,
    release_at = GREATEST(count.release_at, latest.opens_at)
FROM (VALUES (%s::timestamptz, %s::integer, %s::boolean)) AS latest (opens_at, room, carries)
WHERE count.claim_campaign_id = %s
  AND (count.total IS NULL OR count.used < count.total)
  AND CASE WHEN count.release_at > latest.opens_at THEN count.release_used < count.release_total
           WHEN count.release_at = latest.opens_at THEN count.release_used < latest.room
           WHEN latest.carries THEN count.release_used < latest.room
           ELSE latest.room > 0 END
"""


def claim_held(revision: ClaimCampaignRevision, *, generation: int | None) -> list[Guard]:
    """Keep a claim campaign, and what it says, as it is until commit; the gate lets a stop have its turn.

    `generation` of links: None where none was used.
    """
    held = (revision.claim_campaign_id, ReviewedState.APPROVED, revision.pk, generation)
    return [
        gate(ClaimCampaign._meta.db_table, revision.claim_campaign_id),
        Guard("template_budget", HOLD_CLAIM_CAMPAIGN, held, _claim_changed),
    ]


def claim_counted(revision: ClaimCampaignRevision, *, place: str, at: datetime) -> list[Guard]:
    """Count a claim at its place and at its campaign. Raises NotOpenYet before the first release."""
    rule = rule_at(revision, place)
    counts = [_counted_in_all(revision, at=at)]
    if rule is None or rule.units is None:
        return counts
    figures = (revision.claim_campaign_id, place, rule.units)
    return [Guard("template_budget", COUNT_AT_PLACE, figures, all_claimed_here), *counts]


def _counted_in_all(revision: ClaimCampaignRevision, *, at: datetime) -> Guard:
    schedule = schedule_of(revision)
    if schedule is None:
        return Guard("template_budget", COUNT_CLAIM, (revision.claim_campaign_id,), all_claimed)
    release = schedule.latest(at)
    if release is None:
        raise none_left(revision.claim_campaign_id, schedule, at=at)
    return Guard(
        "template_budget",
        COUNT_RELEASED,
        (release.opens_at, release.room, release.carries, revision.claim_campaign_id),
        lambda: none_left(revision.claim_campaign_id, schedule, at=at),
    )


def all_claimed() -> Refusal:
    return AllGone(N_("All coupons have been claimed."))


def all_claimed_here() -> Refusal:
    return AllGone(N_("All coupons for this place have been claimed."))


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
    first = schedule.first if schedule and release and release.carries else release
    if first is not None and release is not None:
        given = Coupon.objects.filter(claim_campaign=claim_campaign, issued_at__gte=first.opens_at).count()
        opens_at, room = release.opens_at, max(release.room, given)
    ClaimCount.objects.filter(pk=count.pk).update(release_at=opens_at, release_total=room, release_used=given)


@command
def set_place_counts(*, claim_campaign: ClaimCampaign, revision: ClaimCampaignRevision) -> None:
    """Make the counts of places hold what was claimed at those that have a number of their own in a new revision.

    Nobody claims meanwhile: an approval holds the claim campaign alone.
    """
    locking("template_budget")
    rules = {place: PlaceRule(**stored) for place, stored in revision.place_rules.items()}
    limited = {place: rule.units for place, rule in rules.items() if rule.units is not None}
    claims = Coupon.objects.filter(claim_campaign=claim_campaign, place__in=limited).order_by()
    claimed = dict(claims.values_list("place").annotate(Count("pk")))
    ClaimPlaceCount.objects.filter(claim_campaign=claim_campaign).delete()
    ClaimPlaceCount.objects.bulk_create(
        ClaimPlaceCount(claim_campaign=claim_campaign, place=place, used=used, total=max(units, used))
        for place, units in limited.items()
        for used in [claimed.get(place, 0)]
    )


def _claim_changed() -> Refusal:
    return ClaimOver(N_("This coupon has just changed or can no longer be claimed. Please look again."))
