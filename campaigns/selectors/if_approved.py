"""What a draft would have left to give if it were approved now: what it says, less what its campaign has used."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from campaigns.models import (
    CampaignBudget,
    CampaignRevision,
    CampaignSku,
    Customer,
    GiftStock,
    LimitUse,
    SkuLimitUse,
    StockBucket,
)
from campaigns.selectors.facts import PLENTY
from campaigns.selectors.limit_day import limit_day
from pricing.engine.errors import Refusal
from pricing.engine.facts import ANY_SKU
from pricing.engine.registry import load_benefit


@dataclass(frozen=True, slots=True)
class Left:
    """The mappings of pricing.engine.facts.Facts, for the one offer of a draft."""

    units_left: Mapping[tuple[str, str], int]
    uses_left: Mapping[str, int]
    sku_uses_left: Mapping[tuple[str, str], int]
    budget_left_cents: Mapping[str, int]
    gifts_left: Mapping[tuple[str, str], int]


def left_if_approved(
    revision: CampaignRevision, *, skus: Collection[str], customer: Customer | None, at: datetime
) -> Left:
    """Return what the draft could give to this customer at a moment, of the SKUs with these codes.

    Six queries at most; the draft may be a sketch.
    """
    offer = revision.campaign.offer_id
    rows = _rows_of(revision, skus)
    return Left(
        units_left={(offer, sku): units for sku, units in _units(revision, rows).items()},
        uses_left={offer: _pieces(revision, customer, at)},
        sku_uses_left={(offer, sku): left for sku, left in _pieces_of(revision, rows, customer, at).items()},
        budget_left_cents={} if revision.budget_cents is None else {offer: _budget_cents(revision)},
        gifts_left={(offer, sku): units for sku, units in _gifts(revision).items()},
    )


def _rows_of(revision: CampaignRevision, skus: Collection[str]) -> list[CampaignSku]:
    """Return the rows of these SKUs: a revision may name a hundred thousand."""
    if revision.is_sketch:
        return [row for row in revision.skus.all() if not row.excluded and row.sku.code in skus]
    return list(revision.skus.filter(excluded=False, sku__code__in=skus).select_related("sku"))


def _units(revision: CampaignRevision, rows: list[CampaignSku]) -> dict[str, int]:
    """Units by SKU code; SKUs without a stock of their own share that of the campaign, or are not limited."""
    asked = Q(sku=None) | Q(sku__in=[row.sku_id for row in rows])
    pools = StockBucket.objects.filter(asked, campaign=revision.campaign_id).order_by().values_list("sku__code")
    used = dict(pools.annotate(units=Sum("used")))
    own = {
        row.sku.code: max(0, row.stock_units - used.get(row.sku.code, 0)) for row in rows if row.stock_units is not None
    }
    over_all = PLENTY if revision.stock_units is None else max(0, revision.stock_units - used.get(None, 0))
    return own | {ANY_SKU: over_all}


def _pieces(revision: CampaignRevision, customer: Customer | None, at: datetime) -> int:
    uses = LimitUse.objects.filter(campaign=revision.campaign_id, period=limit_day(revision.limit_period, at))
    use = uses.filter(customer=customer).first() if customer else None
    if use and revision.limit_orders is not None and use.used_orders >= revision.limit_orders:
        return 0
    if revision.limit_units is None:
        return PLENTY
    return max(0, revision.limit_units - (use.used_units if use else 0))


def _pieces_of(
    revision: CampaignRevision, rows: list[CampaignSku], customer: Customer | None, at: datetime
) -> dict[str, int]:
    """Pieces by SKU code, of those with a limit of their own."""
    limited = [row for row in rows if row.limit_units is not None]
    uses = SkuLimitUse.objects.filter(
        campaign=revision.campaign_id, customer=customer, sku__in=[r.sku_id for r in limited]
    )
    day = limit_day(revision.limit_period, at)
    used = dict(uses.filter(period=day).values_list("sku", "used_units")) if customer and limited else {}
    return {row.sku.code: max(0, row.limit_units - used.get(row.sku_id, 0)) for row in limited}


def _budget_cents(revision: CampaignRevision) -> int:
    budget = CampaignBudget.objects.filter(campaign=revision.campaign_id).first()
    return max(0, (revision.budget_cents or 0) - (budget.used_cents if budget else 0))


def _gifts(revision: CampaignRevision) -> dict[str, int]:
    try:
        presents = load_benefit(revision.benefit_code, revision.params).presents
    except Refusal:
        return {}
    limited = {gift.sku: gift.stock_units for gift in presents if gift.stock_units is not None}
    rows = GiftStock.objects.filter(campaign=revision.campaign_id, sku__code__in=limited)
    used = dict(rows.values_list("sku__code", "used")) if limited else {}
    return {sku: max(0, units - used.get(sku, 0)) for sku, units in limited.items()}
