"""What campaigns may still give away as gifts."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import F, Q

from campaigns.models import CampaignRevision, GiftStock
from pricing.engine.presents import Present
from pricing.models import OnHandStock, Sku


def gifts_left(
    campaign_ids: Collection[int], *, in_cart: Mapping[str, int] | None = None
) -> dict[tuple[str, str], int]:
    """Units left of the gifts that are limited, by offer id and SKU code. One query.

    Gifts that are not reserved are given from the free pieces, after those that the cart itself buys (`in_cart`): also
    those without a stock of their own, whose SKU has come to be counted since they were approved.
    """
    scarce = Q(total__isnull=False) | Q(sku__on_hand__isnull=False)
    rows = GiftStock.objects.filter(scarce, campaign__in=campaign_ids)
    left = rows.annotate(left=F("total") - F("used"))
    found = {}
    for campaign, code, units, is_backed, free in left.values_list(
        "campaign", "sku__code", "left", "is_backed", "sku__on_hand__free"
    ):
        if not is_backed and free is not None:
            there = max(0, free - (in_cart or {}).get(code, 0))
            units = there if units is None else min(units, there)
        found[f"campaign:{campaign}", code] = units
    return found


def unreserved_gifts(campaign_ids: Collection[int], sku_codes: Collection[str]) -> dict[tuple[str, str], int]:
    """The free pieces of counted SKUs that campaigns give without having reserved them, by offer and SKU. One query."""
    rows = GiftStock.objects.filter(campaign__in=campaign_ids, sku__code__in=sku_codes, is_backed=False)
    free = rows.filter(sku__on_hand__isnull=False).values_list("campaign", "sku__code", "sku__on_hand__free")
    return {(f"campaign:{campaign}", code): units for campaign, code, units in free}


def gifts_without_stock(presents: Iterable[Present]) -> list[str]:
    """Return the codes of the gifts whose SKU is counted but that may be given without end."""
    unlimited = {gift.sku for gift in presents if gift.stock_units is None}
    return sorted(OnHandStock.objects.filter(sku__code__in=unlimited).values_list("sku__code", flat=True))


def given_out_campaigns(revisions: Iterable[CampaignRevision]) -> set[int]:
    """The campaigns among these whose gifts are all limited and all given. One query, none without such gifts."""
    gifts = {revision.campaign_id: revision.params.get("gifts", ()) for revision in revisions}
    limited = {pk for pk, rows in gifts.items() if rows and all(row.get("stock_units") for row in rows)}
    if not limited:
        return set()
    left = gifts_left(limited)
    return {pk for pk in limited if not any(left.get((f"campaign:{pk}", row["sku"])) for row in gifts[pk])}


def unknown_gifts(presents: Iterable[Present], *, shop_id: int | None) -> list[str]:
    """Return the codes that no SKU has, or none of this shop; no shop = the platform, which may give anything."""
    wanted = {gift.sku for gift in presents}
    known = Sku.objects.filter(code__in=wanted)
    if shop_id is not None:
        known = known.filter(product__shop=shop_id)
    return sorted(wanted - set(known.values_list("code", flat=True)))
