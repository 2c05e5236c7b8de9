"""What a new version of something in force cannot change: shoppers have been promised it, or have used it already."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, LimitPeriod, LimitUse, SkuLimitUse
from campaigns.selectors.limit_day import WHOLE_CAMPAIGN
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_


class WrongChange(Refusal):
    """A new version that would break what the one in force has promised; `field` names what to keep."""


def problems_of_change(revision: CampaignRevision, at: datetime) -> Iterator[Refusal]:
    """Yield what is wrong with a version beside the one in force. Two queries at most, none for a first version."""
    current = revision.campaign.current_revision
    if current is None or current.pk == revision.pk:
        return
    if _interrupts(revision, current, at):
        yield WrongChange(
            N_("This runs until %(ends_at)s; a later start would interrupt it. What begins later is a new campaign."),
            field="starts_at",
            ends_at=current.ends_at.isoformat(),
        )
    if _counts_otherwise(revision):
        yield WrongChange(
            N_("Shoppers have bought under a limit that counts otherwise: keep that, or duplicate the campaign."),
            field="limit_period",
        )


def _interrupts(revision: CampaignRevision, current: CampaignRevision, at: datetime) -> bool:
    """Whether something that sells would stop with the approval and begin again only later."""
    sells = revision.campaign.state == CampaignState.APPROVED and current.starts_at <= at < current.ends_at
    return sells and revision.starts_at is not None and revision.starts_at > at


def _counts_otherwise(revision: CampaignRevision) -> bool:
    """Whether shoppers were counted by day and shall be counted for the whole campaign now, or the other way round."""
    whole = Q(period=WHOLE_CAMPAIGN)
    other = ~whole if revision.limit_period == LimitPeriod.CAMPAIGN else whole
    counted = other & Q(campaign=revision.campaign_id, used_units__gt=0)
    by_campaign = (revision.limit_units is not None or revision.limit_orders is not None) and LimitUse.objects
    by_sku = revision.pk and revision.skus.filter(limit_units__isnull=False).exists() and SkuLimitUse.objects
    return any(uses and uses.filter(counted).exists() for uses in (by_campaign, by_sku))
