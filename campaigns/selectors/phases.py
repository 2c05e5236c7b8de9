"""In which phase is a campaign? Derived from decision, clock and what is left."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.lifecycle import Phase, phase_of
from campaigns.models import Campaign, CampaignRevision
from campaigns.selectors.stock import used_up_campaigns


def phases_of(revisions: Iterable[CampaignRevision], *, at: datetime) -> dict[int, Phase | None]:
    """Phase by campaign id, for current revisions with their campaign, scopes and skus. Two queries at most."""
    found = list(revisions)
    used_up = used_up_campaigns(found)
    return {
        revision.campaign_id: phase_of(
            state=revision.campaign.state,
            starts_at=revision.starts_at,
            ends_at=revision.ends_at,
            warm_up_at=revision.warm_up_at,
            sold_out=revision.campaign_id in used_up,
            at=at,
        )
        for revision in found
    }


def phase_of_campaign(campaign: Campaign, *, at: datetime) -> Phase | None:
    """Phase of one campaign; None before its first approval."""
    if campaign.current_revision is None:
        return None
    return phases_of([campaign.current_revision], at=at)[campaign.pk]
