"""How much may campaigns still give away: activity stock and budget."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from campaigns.models import Campaign, CampaignBudget, CampaignRevision, CampaignSku, SoldOut, StockBucket, WithdrawnSku
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


def used_up_skus(campaign_id: int) -> QuerySet[StockBucket, Any]:
    """The primary keys of the SKUs whose own stock in this campaign is used up: for a subquery."""
    pools = StockBucket.objects.filter(campaign=campaign_id, sku__isnull=False).order_by().values("sku")
    return pools.annotate(left=Sum("total") - Sum("used")).filter(left=0).values("sku")


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


def used_up_campaigns(revisions: Iterable[CampaignRevision], *, for_good: bool = False) -> set[int]:
    """The campaigns among these that have nothing left to give. Five queries at most, however many SKUs they name.

    Revisions come with their scopes. `for_good`: what was only taken out and not sold may come back, so it counts.
    """
    revisions = list(revisions)
    given_out = given_out_campaigns(revisions)
    stocked = {revision.campaign_id for revision in revisions if revision.stock_units is not None}
    budgeted = {revision.campaign_id for revision in revisions if revision.budget_cents is not None}
    units, budgets = units_left_of_skus(stocked, ()) if stocked else {}, budget_left_by_campaign(budgeted)
    sold_out = {pk for pk in stocked if not units.get((pk, None))}
    spent = {pk for pk in budgeted if not budgets.get(pk)}
    return given_out | sold_out | spent | _all_skus_sold_out(revisions, for_good) | _sold_out_for_good(revisions)


def _sold_out_for_good(revisions: Iterable[CampaignRevision]) -> set[int]:
    """Those that stay ended and were sold out once, whatever has come back since. One query, none without such."""
    staying = {revision.pk: revision.campaign_id for revision in revisions if revision.stays_ended}
    if not staying:
        return set()
    return {staying[pk] for pk in SoldOut.objects.filter(revision__in=staying).values_list("revision", flat=True)}


def _all_skus_sold_out(revisions: Iterable[CampaignRevision], for_good: bool) -> set[int]:
    """Those that take single SKUs only, of which not one is left: sold out, or taken out for now. One query."""
    by_sku = [revision.pk for revision in revisions if not revision.everything and _names_no_scope(revision)]
    if not by_sku:
        return set()
    rows = CampaignSku.objects.filter(revision=OuterRef("pk"), excluded=False)
    withdrawn = WithdrawnSku.objects.filter(campaign=OuterRef("revision__campaign"), sku=OuterRef("sku"))
    left = StockBucket.objects.filter(campaign=OuterRef("revision__campaign"), sku=OuterRef("sku"), used__lt=F("total"))
    still_sold = rows.filter(Q(stock_units=None) | Exists(left)).filter(Q() if for_good else ~Exists(withdrawn))
    gone = CampaignRevision.objects.filter(Exists(rows), ~Exists(still_sold), pk__in=by_sku)
    return set(gone.values_list("campaign", flat=True))


def _names_no_scope(revision: CampaignRevision) -> bool:
    return all(scope.excluded for scope in revision.scopes.all())
