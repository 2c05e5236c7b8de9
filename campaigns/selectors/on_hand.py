"""What campaigns have reserved of the goods in the house."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Sum

from campaigns.models import Campaign, GiftStock, StockBucket


@dataclass(frozen=True, slots=True)
class Holding:
    """Pieces of one SKU that a campaign has reserved and not sold yet."""

    campaign: Campaign
    units: int

    @property
    def name(self) -> str:
        revision = self.campaign.current_revision
        return revision.local_name if revision else str(self.campaign.pk)


def reserved_by_sku(sku_ids: Collection[int]) -> Counter[int]:
    """Reserved pieces by SKU id. Two queries."""
    found: Counter[int] = Counter()
    for _campaign, sku_id, units in _rooms(sku_ids):
        found[sku_id] += units
    return found


def holdings_of(sku_id: int) -> list[Holding]:
    """The campaigns that hold pieces of a SKU. Three queries."""
    units: Counter[int] = Counter()
    for campaign_id, _sku, room in _rooms([sku_id]):
        units[campaign_id] += room
    campaigns = Campaign.objects.filter(pk__in=units).select_related("current_revision").order_by("pk")
    return [Holding(campaign, units[campaign.pk]) for campaign in campaigns if units[campaign.pk]]


def _rooms(sku_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """(campaign, SKU, pieces) of every counter that stands for pieces."""
    room = Sum(F("total") - F("used"))
    return [
        row
        for counters in (StockBucket.objects, GiftStock.objects)
        for row in counters.filter(is_backed=True, sku__in=sku_ids)
        .order_by()
        .values_list("campaign", "sku")
        .annotate(room=room)
    ]
