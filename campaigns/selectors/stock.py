"""How much may campaigns still give away: activity stock and budget."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from campaigns.models import Campaign, CampaignBudget, CampaignRevision, StockBucket
from campaigns.selectors.gifts import given_out_campaigns

# (campaign, SKU or None for the whole campaign) -> units
Pool = tuple[int, int | None]


def units_left_by_pool(campaign_ids: Collection[int]) -> dict[Pool, int]:
    """Units left by campaign and SKU id; the key (campaign, None) is the stock of the whole campaign. One query."""
    return _left_in(StockBucket.objects.filter(campaign__in=campaign_ids))


def units_left_of_skus(campaign_ids: Collection[int], sku_ids: Collection[int]) -> dict[Pool, int]:
    """Like `units_left_by_pool`, of these SKUs alone: a campaign may count a hundred thousand. One query."""
    asked = Q(sku=None) | Q(sku__in=sku_ids)
    return _left_in(StockBucket.objects.filter(asked, campaign__in=campaign_ids))


def campaigns_with_stock(campaign_ids: Collection[int]) -> QuerySet[Campaign]:
    """Those that count units, of whatever SKU."""
    return Campaign.objects.filter(Exists(StockBucket.objects.filter(campaign=OuterRef("pk"))), pk__in=campaign_ids)


def _left_in(buckets: QuerySet[StockBucket]) -> dict[Pool, int]:
    pools = buckets.order_by().values_list("campaign", "sku").annotate(left=Sum("total") - Sum("used"))
    return {(campaign, sku): left for campaign, sku, left in pools}


def budget_left_by_campaign(campaign_ids: Collection[int]) -> dict[int, int]:
    """Cents left of the budgets of these campaigns. One query."""
    budgets = CampaignBudget.objects.filter(campaign__in=campaign_ids)
    return dict(budgets.values_list("campaign", F("total_cents") - F("used_cents")))


def used_up_campaigns(revisions: Iterable[CampaignRevision]) -> set[int]:
    """The campaigns among these that as a whole have nothing left to give. Three queries, none without caps."""
    revisions = list(revisions)
    given_out = given_out_campaigns(revisions)
    capped = [revision for revision in revisions if _is_capped(revision)]
    if not capped:
        return given_out
    campaign_ids = {revision.campaign_id for revision in capped}
    units, budgets = units_left_by_pool(campaign_ids), budget_left_by_campaign(campaign_ids)
    return given_out | {revision.campaign_id for revision in capped if _is_used_up(revision, units, budgets)}


def _is_capped(revision: CampaignRevision) -> bool:
    caps = [revision.stock_units, revision.budget_cents, *(row.stock_units for row in revision.skus.all())]
    return any(cap is not None for cap in caps)


def _is_used_up(revision: CampaignRevision, units: dict[Pool, int], budgets: dict[int, int]) -> bool:
    campaign = revision.campaign_id
    if revision.budget_cents is not None and not budgets.get(campaign):
        return True
    if revision.stock_units is not None and not units.get((campaign, None)):
        return True
    rows = [row for row in revision.skus.all() if not row.excluded]
    only_skus = rows and not revision.everything and all(scope.excluded for scope in revision.scopes.all())
    return bool(only_skus) and all(
        row.stock_units is not None and not units.get((campaign, row.sku_id)) for row in rows
    )
