"""What campaigns may still give away as gifts."""

from collections.abc import Collection, Iterable

from django.db.models import F

from campaigns.models import CampaignRevision, GiftStock
from pricing.engine.presents import Present
from pricing.models import Sku


def gifts_left(campaign_ids: Collection[int]) -> dict[tuple[str, str], int]:
    """Units left of the gifts that are limited, by offer id and SKU code. One query."""
    rows = GiftStock.objects.filter(campaign__in=campaign_ids, total__isnull=False)
    left = rows.annotate(left=F("total") - F("used")).values_list("campaign", "sku__code", "left")
    return {(f"campaign:{campaign}", code): units for campaign, code, units in left}


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
