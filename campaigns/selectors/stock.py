"""How much may campaigns still give away: activity stock and budget."""

from collections.abc import Collection, Iterable

from django.db.models import F, Sum

from campaigns.models import CampaignBudget, CampaignRevision, StockBucket

# (campaign, SKU or None for the whole campaign) -> units
Pool = tuple[int, int | None]


def units_left_by_pool(campaign_ids: Collection[int]) -> dict[Pool, int]:
    """Units left by campaign and SKU id; the key (campaign, None) is the stock of the whole campaign. One query."""
    pools = StockBucket.objects.filter(campaign__in=campaign_ids).order_by().values_list("campaign", "sku")
    return {(campaign, sku): left for campaign, sku, left in pools.annotate(left=Sum("total") - Sum("used"))}


def budget_left_by_campaign(campaign_ids: Collection[int]) -> dict[int, int]:
    """Cents left of the budgets of these campaigns. One query."""
    budgets = CampaignBudget.objects.filter(campaign__in=campaign_ids)
    return dict(budgets.values_list("campaign", F("total_cents") - F("used_cents")))


def used_up_campaigns(revisions: Iterable[CampaignRevision]) -> set[int]:
    """The campaigns among these that as a whole have nothing left to give. Two queries, none without caps."""
    capped = [revision for revision in revisions if _is_capped(revision)]
    if not capped:
        return set()
    campaign_ids = {revision.campaign_id for revision in capped}
    units, budgets = units_left_by_pool(campaign_ids), budget_left_by_campaign(campaign_ids)
    return {revision.campaign_id for revision in capped if _is_used_up(revision, units, budgets)}


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
