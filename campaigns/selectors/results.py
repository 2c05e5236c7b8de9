"""What campaigns have sold so far, from the stored shares: by SKU, and summed up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign, CampaignBudget, CampaignRevision
from campaigns.sources import SkuResult, ask
from pricing.models import Sku

FROM_THE_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over SKUs, in cents; the margin is that of the SKUs whose cost is known, None where none is."""

    units: int
    list_cents: int
    discount_cents: int
    net_cents: int
    cost_cents: int | None
    margin_cents: int | None
    loss_cents: int


@dataclass(frozen=True, slots=True)
class SkuSold:
    """The result of one SKU, and whether it is out of the campaign by now."""

    sku: Sku
    result: SkuResult
    is_out: bool


def results_of(campaign: Campaign) -> list[SkuSold]:
    """Return what was sold of each SKU since the campaign began, worst margin first. Three queries."""
    found = ask("campaign_results", {campaign.pk: FROM_THE_BEGINNING}, default=[])
    skus = Sku.objects.select_related("product").in_bulk([row.sku_id for row in found])
    out = set(campaign.withdrawn.values_list("sku", flat=True))
    rows = [SkuSold(skus[row.sku_id], row, row.sku_id in out) for row in found]
    return sorted(rows, key=lambda row: (row.result.margin_cents is None, row.result.margin_cents or 0, row.sku.code))


def total_of(found: Iterable[SkuResult]) -> Total:
    """Sum up results."""
    found = list(found)
    costed = [row for row in found if row.cost_cents is not None]
    return Total(
        units=sum(row.units for row in found),
        list_cents=sum(row.list_cents for row in found),
        discount_cents=sum(row.discount_cents for row in found),
        net_cents=sum(row.net_cents for row in found),
        cost_cents=sum(row.cost_cents or 0 for row in costed) if costed else None,
        margin_cents=sum(row.margin_cents or 0 for row in costed) if costed else None,
        loss_cents=sum(row.loss_cents for row in found),
    )


def running_totals(*, at: datetime) -> list[tuple[CampaignRevision, Total, CampaignBudget | None]]:
    """Return what runs or is paused with its sums and its budget, worst margin first. Three queries."""
    in_force = CampaignRevision.objects.filter(
        current_of__state__in=[CampaignState.APPROVED, CampaignState.PAUSED], starts_at__lte=at, ends_at__gt=at
    )
    revisions = list(in_force.select_related("campaign__shop"))
    ids = [row.campaign_id for row in revisions]
    budgets = {budget.pk: budget for budget in CampaignBudget.objects.filter(pk__in=ids)}
    found: dict[int, list[SkuResult]] = {pk: [] for pk in ids}
    for row in ask("campaign_results", dict.fromkeys(ids, FROM_THE_BEGINNING), default=[]):
        found[row.campaign_id].append(row)
    rows = [(row, total_of(found[row.campaign_id]), budgets.get(row.campaign_id)) for row in revisions]
    return sorted(rows, key=lambda row: (row[1].margin_cents is None, row[1].margin_cents or 0, row[0].campaign_id))
