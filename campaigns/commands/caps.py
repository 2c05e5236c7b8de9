"""Set how much a campaign may give away: stock by pool and budget. The counts of what is used survive."""

from django.db.models import F, Q

from campaigns.models import Campaign, CampaignBudget, CampaignRevision, GiftStock, StockBucket
from campaigns.selectors.facts import PLENTY
from campaigns.selectors.stock import Pool
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.engine.presents import Present
from pricing.engine.registry import load_benefit
from pricing.models import Sku
from pricing.transactions import command, locking

MOST_BUCKETS = 16
UNITS_PER_BUCKET = 6
NO_BUDGET_CAP_CENTS = 10**15


class CapBelowUse(Refusal):
    """A cap would be lower than what has been used already."""


@command
def set_caps(*, campaign: Campaign, revision: CampaignRevision) -> None:
    """Make buckets, budget and gift stock hold what the revision says. Raises CapBelowUse, naming the field."""
    rows = {row.sku_id: row.stock_units for row in revision.skus.all() if not row.excluded}
    wanted: dict[Pool, int | None] = {(campaign.pk, sku): units for sku, units in rows.items()}
    wanted[campaign.pk, None] = revision.stock_units
    _set_budget(campaign, revision.budget_cents)
    existing = StockBucket.objects.filter(campaign=campaign).order_by().values_list("campaign", "sku").distinct()
    # A pool that has lost its cap is kept, wide open: what it has counted must still be there when a cap comes back.
    for pool in sorted({*existing, *wanted}, key=lambda pool: (pool[1] is None, pool[1] or 0)):
        if wanted.get(pool) is not None or pool in existing:
            _set_stock(pool, wanted.get(pool))
    presents = load_benefit(revision.benefit_code, revision.params).presents
    for gift in sorted(presents, key=lambda gift: gift.sku):
        _set_gift_stock(campaign, gift)


def _set_budget(campaign: Campaign, total_cents: int | None) -> None:
    locking("campaign_budget")
    budget = CampaignBudget.objects.select_for_update().filter(campaign=campaign).first()
    if budget is None:
        if total_cents is not None:
            CampaignBudget.objects.create(campaign=campaign, total_cents=total_cents)
        return
    cap_cents = NO_BUDGET_CAP_CENTS if total_cents is None else total_cents
    if cap_cents < budget.used_cents:
        raise CapBelowUse(
            N_("%(used_cents)s of the budget are spent already: the budget cannot be lower."),
            field="budget_cents",
            used_cents=budget.used_cents,
        )
    CampaignBudget.objects.filter(pk=budget.pk).update(total_cents=cap_cents)


def _set_stock(pool: Pool, units: int | None) -> None:
    """Spread the total over the buckets; each keeps what it has used."""
    campaign_id, sku_id = pool
    total = PLENTY if units is None else units
    locking("stock")
    pool_buckets = StockBucket.objects.filter(campaign=campaign_id, sku=sku_id)
    buckets = list(pool_buckets.select_for_update().order_by("bucket"))
    used = sum(bucket.used for bucket in buckets)
    if total < used:
        raise CapBelowUse(
            N_("%(used)s pieces of the activity stock are sold already: the stock cannot be lower."),
            field="stock_units",
            used=used,
        )
    for number in range(len(buckets), bucket_count(total)):
        buckets.append(pool_buckets.create(campaign_id=campaign_id, sku_id=sku_id, bucket=number, total=0))
    free, extra = divmod(total - used, len(buckets))
    for number, bucket in enumerate(buckets):
        room = free + 1 if number < extra else free
        StockBucket.objects.filter(pk=bucket.pk).update(total=F("used") + room)


def _set_gift_stock(campaign: Campaign, gift: Present) -> None:
    """A gift that the campaign does not give any more keeps its row: orders refer to it."""
    locking("gift_stock")
    stock, _is_new = GiftStock.objects.get_or_create(campaign=campaign, sku=Sku.objects.get(code=gift.sku))
    enough = Q() if gift.stock_units is None else Q(used__lte=gift.stock_units)
    if not GiftStock.objects.filter(enough, pk=stock.pk).update(total=gift.stock_units):
        raise CapBelowUse(
            N_("%(used)s of the gift %(code)s are given already: its stock cannot be lower."),
            field="gifts",
            code=gift.sku,
            used=stock.used,
        )


def bucket_count(total: int) -> int:
    """Return over how many rows a stock is spread: one for little, 16 for a hot SKU."""
    return min(MOST_BUCKETS, max(1, total // UNITS_PER_BUCKET))
