"""What a shopper with a filled cart is told: goods that left a promotion, promotions that were paused or stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign, CampaignTransition, WithdrawnSku
from campaigns.selectors.interventions import skus_still_in
from storefront.models import CartLine

TOLD_FOR = timedelta(days=7)
MOST_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class LeftPromotion:
    """Goods that are no longer at the price of a promotion; `what` is "withdrawn", "paused" or "stopped"."""

    what: str
    campaign: str
    product: str = ""


def left_promotions(lines: Sequence[CartLine], *, at: datetime) -> list[LeftPromotion]:
    """Return what has happened to the promotions of these lines since they were put into the cart.

    Two queries; and one or two for each promotion that was paused or stopped lately, ten at most.
    """
    added = {line.sku_id: line.added_at for line in lines}
    if not added:
        return []
    return [*_withdrawn(lines, added, at), *_ended(added, at)]


def _withdrawn(lines: Sequence[CartLine], added: Mapping[int, datetime], at: datetime) -> list[LeftPromotion]:
    names = {line.sku_id: line.sku.local_name for line in lines}
    rows = WithdrawnSku.objects.filter(
        sku__in=added,
        since__gt=at - TOLD_FOR,
        campaign__state=CampaignState.APPROVED,
        campaign__current_revision__starts_at__lte=at,
        campaign__current_revision__ends_at__gt=at,
    ).select_related("campaign__current_revision")
    return [
        LeftPromotion("withdrawn", str(row.campaign), names[row.sku_id])
        for row in rows
        if row.since >= added[row.sku_id]
    ]


def _ended(added: Mapping[int, datetime], at: datetime) -> list[LeftPromotion]:
    found = []
    for campaign in _paused_or_stopped(min(added.values()), at)[:MOST_LOOKED_AT]:
        older = [sku for sku, since in added.items() if since <= campaign.moved_at]
        if older and skus_still_in(campaign.current_revision).filter(pk__in=older).exists():
            found.append(LeftPromotion(campaign.state, str(campaign)))
    return found


def _paused_or_stopped(since: datetime, at: datetime) -> QuerySet[Campaign]:
    """Campaigns that would run now and were paused or stopped after they had begun, latest first."""
    moves = CampaignTransition.objects.filter(subject=OuterRef("pk"), move__in=["pause", "stop"]).order_by("-pk")
    ended = Campaign.objects.filter(
        Q(state=CampaignState.PAUSED) | Q(state=CampaignState.STOPPED),
        current_revision__starts_at__lte=at,
        current_revision__ends_at__gt=at,
    ).annotate(moved_at=Subquery(moves.values("at")[:1]))
    lately = ended.filter(moved_at__gte=max(since, at - TOLD_FOR)).filter(
        moved_at__gte=F("current_revision__starts_at")
    )
    return lately.select_related("current_revision", "shop").order_by("-moved_at")
