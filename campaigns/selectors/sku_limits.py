"""How many pieces of single SKUs may one customer still buy at the price of a campaign?"""

from collections.abc import Collection
from datetime import datetime

from campaigns.models import CampaignSku, Customer, SkuLimitUse
from campaigns.selectors.limit_day import limit_day


def sku_pieces_left(
    campaign_ids: Collection[int], sku_ids: Collection[int], *, customer: Customer | None, at: datetime
) -> dict[tuple[int, int], int]:
    """Pieces left by (campaign, SKU) of those of these SKUs that have a limit of their own. Two queries at most."""
    limited = CampaignSku.objects.filter(
        revision__current_of__in=campaign_ids, sku__in=sku_ids, excluded=False, limit_units__isnull=False
    )
    rows = list(limited.values_list("revision__campaign", "sku", "limit_units", "revision__limit_period"))
    used: dict[tuple[int, int, str], int] = {}
    if customer and rows:
        uses = SkuLimitUse.objects.filter(campaign__in=campaign_ids, sku__in=sku_ids, customer=customer)
        used = {
            (campaign, sku, day): units
            for campaign, sku, day, units in uses.values_list("campaign", "sku", "period", "used_units")
        }
    return {
        (campaign, sku): max(0, limit - used.get((campaign, sku, limit_day(period, at)), 0))
        for campaign, sku, limit, period in rows
    }
