"""Spread the activity stock of a campaign over its buckets: all SKUs in a few statements, however many they are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F

from campaigns.models import Campaign, StockBucket
from campaigns.refusals import CapBelowUse
from campaigns.selectors.facts import PLENTY
from pricing.engine.messages import N_
from pricing.transactions import locking

MOST_BUCKETS = 16
UNITS_PER_BUCKET = 6
MOST_ROWS = 20_000  # a campaign of many SKUs spreads its shoppers already
BATCH = 5_000

SET_TOTALS = """
UPDATE campaigns_stockbucket bucket SET total = wanted.total, is_backed = wanted.is_backed
FROM unnest(%s::bigint[], %s::int[], %s::bool[]) AS wanted (id, total, is_backed) WHERE bucket.id = wanted.id
"""


@dataclass(slots=True)
class _Spread:
    """What is to be written, and how many more pieces are reserved by SKU id."""

    new: list[StockBucket] = field(default_factory=list)
    changed: list[StockBucket] = field(default_factory=list)
    reserved: Counter[int] = field(default_factory=Counter)


def set_buckets(
    campaign: Campaign, wanted: Mapping[int | None, int | None], *, counted: Collection[int]
) -> Counter[int]:
    """Make the buckets hold these units by SKU id (None: all SKUs together); no units means no cap.

    Returns how many more pieces of the `counted` SKUs have to be reserved (fewer: negative). Every bucket keeps what
    it has used. Raises CapBelowUse.
    """
    locking("stock")
    rows = StockBucket.objects.filter(campaign=campaign).select_for_update()
    existing: dict[int | None, list[StockBucket]] = defaultdict(list)
    for bucket in rows.order_by(F("sku_id").asc(nulls_last=True), "pk"):
        existing[bucket.sku_id].append(bucket)
    # A pool that has lost its cap is kept, wide open: what it has counted must still be there when a cap comes back.
    pools = [sku for sku in {**existing, **wanted} if sku in existing or wanted[sku] is not None]
    spread = _Spread()
    for sku_id in pools:
        units = wanted.get(sku_id)
        buckets = [*existing.get(sku_id, ())]
        _check(units, buckets)
        number = bucket_count(PLENTY if units is None else units, pools=len(pools))
        fresh = [
            StockBucket(campaign=campaign, sku_id=sku_id, bucket=place, total=0)
            for place in range(len(buckets), number)
        ]
        spread.new += fresh
        spread.changed += buckets
        is_backed = units is not None and sku_id in counted
        spread.reserved[sku_id or 0] += _fill([*buckets, *fresh], units, is_backed=is_backed)
    _write(spread)
    return spread.reserved


def bucket_count(total: int, *, pools: int = 1) -> int:
    """Return over how many rows a stock is spread: one for little, 16 for a hot SKU."""
    return max(1, min(MOST_BUCKETS, total // UNITS_PER_BUCKET, MOST_ROWS // max(1, pools)))


def _check(units: int | None, buckets: list[StockBucket]) -> None:
    used = sum(bucket.used for bucket in buckets)
    if units is not None and units < used:
        raise CapBelowUse(
            N_("%(used)s pieces of the activity stock are sold already: the stock cannot be lower."),
            field="stock_units",
            used=used,
        )


def _fill(buckets: list[StockBucket], units: int | None, *, is_backed: bool) -> int:
    """Share what is left out evenly; return how many more pieces the buckets stand for now."""
    held = sum(bucket.total - bucket.used for bucket in buckets if bucket.is_backed)
    left = (PLENTY if units is None else units) - sum(bucket.used for bucket in buckets)
    room, extra = divmod(left, len(buckets))
    for place, bucket in enumerate(buckets):
        bucket.total = bucket.used + room + (1 if place < extra else 0)
        bucket.is_backed = is_backed
    return (left if is_backed else 0) - held


def _write(spread: _Spread) -> None:
    StockBucket.objects.bulk_create(spread.new, batch_size=BATCH)
    changed = spread.changed
    if changed:
        totals = [bucket.total for bucket in changed]
        with connection.cursor() as cursor:
            cursor.execute(
                SET_TOTALS, [[bucket.pk for bucket in changed], totals, [bucket.is_backed for bucket in changed]]
            )
