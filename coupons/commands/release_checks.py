"""What keeps the releases of a claim campaign from being handed in: said with the field and what to do."""

from datetime import datetime

from campaigns.commands.campaigns import Incomplete
from coupons.models import ClaimCampaignRevision
from coupons.releases import schedule_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

LARGEST_COUNT = 2_147_483_647  # what a count of claims can hold


def problems_of_releases(revision: ClaimCampaignRevision, at: datetime) -> list[Refusal]:
    """List what is wrong with the releases; those that all lie in the past give nothing out any more."""
    schedule = schedule_of(revision)
    if schedule is None:
        return []
    outside = [moment for moment, _units in schedule.moments if not revision.starts_at <= moment < revision.ends_at]
    if outside:
        text = N_("The release at %(opens_at)s lies outside the period of claiming.")
        return [Incomplete(text, field="releases", opens_at=outside[0].isoformat())]
    if schedule.latest(revision.ends_at) is None:
        return [Incomplete(N_("No release lies within the period of claiming."), field="releases")]
    if schedule.units > LARGEST_COUNT:
        text = N_("The releases give out %(units)s together. Plan smaller ones: at most %(most)s can be handed out.")
        return [Incomplete(text, field="releases", units=schedule.units, most=LARGEST_COUNT)]
    if revision.total is not None and any(units > revision.total for _time, units in schedule.times):
        return [Incomplete(N_("A release is larger than the number to hand out."), field="releases")]
    if revision.total is not None and schedule.moments and schedule.units > revision.total:
        text = N_("The releases give out %(units)s together, more than the number to hand out.")
        return [Incomplete(text, field="releases", units=schedule.units)]
    return []
