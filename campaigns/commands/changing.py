"""What a new version of something in force cannot change: shoppers have been promised it, or have used it already."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, LimitPeriod, LimitUse, SkuLimitUse
from campaigns.selectors.limit_day import WHOLE_CAMPAIGN
from campaigns.selectors.stock import used_up_campaigns
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

USED = Q(used_units__gt=0) | Q(used_orders__gt=0)


class WrongChange(Refusal):
    """A new version that would break what the one in force has promised; `field` names what to keep."""


def problems_of_change(revision: CampaignRevision, at: datetime) -> Iterator[Refusal]:
    """Yield what is wrong with a version beside the one in force; none is asked for a first version."""
    current = revision.campaign.current_revision
    if current is None or current.pk == revision.pk:
        return
    if _interrupts(revision, current, at):
        yield WrongChange(
            N_("This runs until %(ends_at)s; a later start would interrupt it. What begins later is a new campaign."),
            field="starts_at",
            ends_at=current.ends_at.isoformat(),
        )
    if _counts_otherwise(revision, current):
        yield WrongChange(
            N_("Shoppers have bought under a limit that counts otherwise: keep that, or duplicate the campaign."),
            field="limit_period",
        )


def _interrupts(revision: CampaignRevision, current: CampaignRevision, at: datetime) -> bool:
    """Whether something that sells would stop with the approval and begin again only later; sold out sells no more."""
    runs = revision.campaign.state == CampaignState.APPROVED and current.starts_at <= at < current.ends_at
    waits = revision.starts_at is not None and revision.starts_at > at
    return runs and waits and current.campaign_id not in used_up_campaigns([current])


def _counts_otherwise(revision: CampaignRevision, current: CampaignRevision) -> bool:
    """Whether shoppers are counted by day and shall be counted for the whole campaign now, or the other way round.

    Asked of what both versions limit: a limit that is new promises nothing about what was bought without it.
    """
    if revision.limit_period == current.limit_period:
        return False
    whole = Q(period=WHOLE_CAMPAIGN)
    other = ~whole if revision.limit_period == LimitPeriod.CAMPAIGN else whole
    counted = LimitUse.objects.filter(other, campaign=revision.campaign_id)
    # An order limit counts orders without a piece at its price as well: those that got a gift.
    if _limits_all(revision) and _limits_all(current) and counted.filter(USED).exists():
        return True
    by_sku = SkuLimitUse.objects.filter(other, campaign=revision.campaign_id, used_units__gt=0)
    return _limits_skus(revision) and _limits_skus(current) and by_sku.exists()


def _limits_all(revision: CampaignRevision) -> bool:
    return revision.limit_units is not None or revision.limit_orders is not None


def _limits_skus(revision: CampaignRevision) -> bool:
    return bool(revision.pk) and revision.skus.filter(limit_units__isnull=False).exists()
