"""What is left of campaigns for one shopper at this moment, in the shape that the engine's Facts want."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import CampaignRevision, Customer, LimitUse
from campaigns.selectors.limit_day import limit_day
from campaigns.selectors.sku_limits import sku_pieces_left
from campaigns.selectors.stock import budget_left_by_campaign, campaigns_with_stock, units_left_of_skus
from pricing.engine.facts import ANY_SKU

PLENTY = 1_000_000_000  # more units than any cart can hold: "not limited" where the engine wants a number


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """The mappings of pricing.engine.facts.Facts that campaigns fill."""

    units_left: Mapping[tuple[str, str], int]
    uses_left: Mapping[str, int]
    sku_uses_left: Mapping[tuple[str, str], int]
    budget_left_cents: Mapping[str, int]


def campaign_facts(
    *,
    campaign_ids: Collection[int],
    skus: Mapping[int, str],
    customer: Customer | None,
    at: datetime,
    sku_limited: Collection[int] = (),
) -> CampaignFacts:
    """Return what is left of these campaigns, by offer id. Seven queries at most, however many campaigns.

    `skus`: the code by id of those that are asked for; whatever else the campaigns count is not read.
    `sku_limited`: those that limit some SKU, asked for or not, in pieces per shopper.
    A guest counts as a member who has bought nothing yet; placing the order then asks for a customer.
    """
    by_sku = sku_pieces_left(sku_limited, skus, customer=customer, at=at) if sku_limited else {}
    return CampaignFacts(
        units_left=_units_left(campaign_ids, skus),
        uses_left={_offer_id(pk): PLENTY for pk in sku_limited} | _uses_left(campaign_ids, customer, at),
        sku_uses_left={(_offer_id(campaign), skus[sku]): pieces for (campaign, sku), pieces in by_sku.items()},
        budget_left_cents={
            _offer_id(campaign): cents for campaign, cents in budget_left_by_campaign(campaign_ids).items()
        },
    )


def _units_left(campaign_ids: Collection[int], skus: Mapping[int, str]) -> dict[tuple[str, str], int]:
    pools = units_left_of_skus(campaign_ids, skus.keys())
    # SKUs without a cap of their own share the campaign's stock; without that they are not limited at all.
    left = {(campaign.offer_id, ANY_SKU): PLENTY for campaign in campaigns_with_stock(campaign_ids)}
    left |= {(_offer_id(campaign), skus[sku] if sku else ANY_SKU): units for (campaign, sku), units in pools.items()}
    return left


def _uses_left(campaign_ids: Collection[int], customer: Customer | None, at: datetime) -> dict[str, int]:
    limited = CampaignRevision.objects.filter(current_of__in=campaign_ids).exclude(limit_units=None, limit_orders=None)
    used: dict[tuple[int, str], LimitUse] = {}
    if customer:
        uses = LimitUse.objects.filter(campaign__in=campaign_ids, customer=customer)
        used = {(use.campaign_id, use.period): use for use in uses}
    return {
        _offer_id(revision.campaign_id): _pieces_left(
            revision, used.get((revision.campaign_id, limit_day(revision.limit_period, at)))
        )
        for revision in limited
    }


def _pieces_left(revision: CampaignRevision, use: LimitUse | None) -> int:
    if use and revision.limit_orders is not None and use.used_orders >= revision.limit_orders:
        return 0
    if revision.limit_units is None:
        return PLENTY
    return max(0, revision.limit_units - (use.used_units if use else 0))


def _offer_id(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"
