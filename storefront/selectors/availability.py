"""How many pieces may be bought? What is free, and what the campaigns that take the pieces have reserved."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import F, Sum

from campaigns.models import StockBucket
from pricing.models import Sku
from pricing.selectors.on_hand import free_of
from storefront.priced import Badge, Priced

LOW = 10  # from here on it is looked at exactly how many pieces are left


def left_for(units: Iterable[tuple[Sku, int]], priced: Priced) -> dict[str, int]:
    """Return the pieces left by SKU code, of what is asked for in vain at this quote.

    A piece that a campaign takes comes out of the campaign's reservation, every other one out of the free ones. No
    query where the free ones suffice, otherwise one.
    """
    scarce = [(sku, count) for sku, count in units if (free := free_of(sku)) is not None and free < count]
    if not scarce:
        return {}
    reserved = _reserved_in(priced, {sku.pk for sku, _ in scarce})
    left = {sku.code: (free_of(sku) or 0) + reserved[sku.pk] for sku, _ in scarce}
    return {sku.code: left[sku.code] for sku, count in scarce if left[sku.code] < count}


def most_for_anybody(sku: Sku) -> int | None:
    """Return the free pieces and all reserved ones; None where the SKU is not counted. One query if it is."""
    free = free_of(sku)
    return None if free is None else free + sum(_rooms({sku.pk}).values())


def left_at(skus: Iterable[Sku], running: Mapping[int, Iterable[Badge]]) -> dict[int, int | None]:
    """Return the pieces left by SKU id, with what the campaigns running on it have reserved; None = not counted.

    One query where a SKU has few free pieces, otherwise none.
    """
    free = {sku.pk: free_of(sku) for sku in skus}
    low = {sku_id for sku_id, count in free.items() if count is not None and count < LOW}
    rooms = _rooms(low) if low else {}
    for sku_id in low:
        own = {badge.campaign_id for badge in running.get(sku_id, ())}
        found = sum(room for (campaign, sku), room in rooms.items() if sku == sku_id and campaign in own)
        free[sku_id] = (free[sku_id] or 0) + found
    return free


def _rooms(sku_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Reserved pieces by (campaign, SKU)."""
    backed = StockBucket.objects.filter(is_backed=True, sku__in=sku_ids).order_by()
    rows = backed.values_list("campaign", "sku").annotate(room=Sum(F("total") - F("used")))
    return {(campaign, sku): room for campaign, sku, room in rows}


def _reserved_in(priced: Priced, sku_ids: Collection[int]) -> Counter[int]:
    """How many pieces of the quote come out of reservations, by SKU id."""
    rooms = _rooms(sku_ids)
    found: Counter[int] = Counter()
    for line in priced.quote.lines:
        sku_id = int(line.parts[0][0])
        takers = {priced.page.campaign_id_of(share.offer) for share in line.shares if share.cents and not share.coupon}
        found[sku_id] += line.quantity * sum((campaign, sku_id) in rooms for campaign in takers if campaign)
    return found
