"""How many coupons of a claim campaign are left now, and what comes next. No query: for rows with their counters."""

from dataclasses import dataclass, replace
from datetime import datetime

from coupons.models import ClaimCampaign, ClaimCount
from coupons.releases import Release, schedule_of


@dataclass(frozen=True, slots=True)
class ClaimStock:
    """`left` is None where nothing limits it; `following` is the next release, as far as there is enough for it."""

    left: int | None
    following: Release | None = None


def stock_of(campaign: ClaimCampaign, *, at: datetime) -> ClaimStock:
    """Return what the tightest of release, claim total, template total and template budget still allow."""
    in_all = _left_in_all(campaign)
    schedule = schedule_of(campaign.current_revision)
    if schedule is None:
        return ClaimStock(in_all)
    latest, following = schedule.latest(at), schedule.following(at)
    released = left_of_release(latest, campaign.count) if latest else 0
    if in_all is None:
        return ClaimStock(released, following)
    if following and in_all > released:
        return ClaimStock(released, replace(following, units=min(following.units, in_all - released)))
    return ClaimStock(min(released, in_all))


def left_of_release(latest: Release, count: ClaimCount) -> int:
    """Return how many of the latest release are left; the count may not have come to it yet."""
    if count.release_at is None or count.release_at < latest.opens_at:
        return max(0, latest.room - (count.release_used if latest.carries else 0))
    if count.release_at > latest.opens_at:
        return (count.release_total or 0) - count.release_used
    return max(0, latest.room - count.release_used)


def _left_in_all(campaign: ClaimCampaign) -> int | None:
    count, purse, face_cents = campaign.count, campaign.template.budget, campaign.template.current_revision.face_cents
    lefts = []
    if count.total is not None:
        lefts.append(count.total - count.used)
    if purse.issue_total is not None:
        lefts.append(purse.issue_total - purse.issued)
    if purse.total_cents is not None and face_cents:
        lefts.append((purse.total_cents - purse.used_cents) // face_cents)
    return min(lefts, default=None)
