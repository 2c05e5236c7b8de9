"""Spread the activity stock of a campaign over its buckets: all SKUs in a few statements, however many they are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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

SET_TOTALS = """
UPDATE campaigns_stockbucket bucket SET total = wanted.total, is_backed = wanted.is_backed
FROM unnest(%s::bigint[], %s::int[], %s::bool[]) AS wanted (id, total, is_backed) WHERE bucket.id = wanted.id
"""
ADD = """
INSERT INTO campaigns_stockbucket (campaign_id, used, sku_id, bucket, total, is_backed)
SELECT %s, 0, * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::bool[])
"""


class _Bucket(NamedTuple):
    """A row that is there already; there may be a hundred thousand, so none becomes an object of the model."""

    pk: int
    sku_id: int | None
    total: int
    used: int
    is_backed: bool


@dataclass(slots=True)
class _Spread:
    """What is to be written, as rows of columns, and how many more pieces are reserved by SKU id."""

    new: list[tuple[int | None, int, int, bool]] = field(default_factory=list)  # SKU, place, total, backed
    changed: list[tuple[int, int, bool]] = field(default_factory=list)  # primary key, total, backed
    reserved: Counter[int] = field(default_factory=Counter)


def set_buckets(
    campaign: Campaign, wanted: Mapping[int | None, int | None], *, counted: Collection[int]
) -> Counter[int]:
    """Make the buckets hold these units by SKU id (None: all SKUs together); no units means no cap.

    Returns how many more pieces of the `counted` SKUs have to be reserved (fewer: negative). Every bucket keeps what
    it has used. Three statements. Raises CapBelowUse.
    """
    existing = _locked_buckets(campaign)
    # A pool that has lost its cap is kept, wide open: what it has counted must still be there when a cap comes back.
    pools = [sku for sku in {**existing, **wanted} if sku in existing or wanted[sku] is not None]
    spread = _Spread()
    for sku_id in pools:
        units, buckets = wanted.get(sku_id), existing.get(sku_id, [])
        _check(units, buckets)
        number = max(len(buckets), bucket_count(PLENTY if units is None else units, pools=len(pools)))
        is_backed = units is not None and sku_id in counted
        left = (PLENTY if units is None else units) - sum(bucket.used for bucket in buckets)
        _share_out(spread, sku_id, buckets, _parts(left, number), is_backed=is_backed)
        held = sum(bucket.total - bucket.used for bucket in buckets if bucket.is_backed)
        spread.reserved[sku_id or 0] += (left if is_backed else 0) - held
    _write(campaign, spread)
    return spread.reserved


def bucket_count(total: int, *, pools: int = 1) -> int:
    """Return over how many rows a stock is spread: one for little, 16 for a hot SKU."""
    return max(1, min(MOST_BUCKETS, total // UNITS_PER_BUCKET, MOST_ROWS // max(1, pools)))


def _locked_buckets(campaign: Campaign) -> dict[int | None, list[_Bucket]]:
    locking("stock")
    rows = StockBucket.objects.filter(campaign=campaign).select_for_update()
    existing: dict[int | None, list[_Bucket]] = defaultdict(list)
    for row in rows.order_by(F("sku_id").asc(nulls_last=True), "pk").values_list(*_Bucket._fields):
        bucket = _Bucket._make(row)
        existing[bucket.sku_id].append(bucket)
    return existing


def _check(units: int | None, buckets: list[_Bucket]) -> None:
    used = sum(bucket.used for bucket in buckets)
    if units is not None and units < used:
        raise CapBelowUse(
            N_("%(used)s pieces of the activity stock are sold already: the stock cannot be lower."),
            field="stock_units",
            used=used,
        )


def _parts(left: int, number: int) -> list[int]:
    """Share what is left out evenly."""
    room, extra = divmod(left, number)
    return [room + (1 if place < extra else 0) for place in range(number)]


def _share_out(
    spread: _Spread, sku_id: int | None, buckets: list[_Bucket], parts: list[int], *, is_backed: bool
) -> None:
    """Note what the buckets of a pool hold from now on: those that are there, if that changes, and those added."""
    for bucket, part in zip(buckets, parts, strict=False):
        if (bucket.total, bucket.is_backed) != (bucket.used + part, is_backed):
            spread.changed.append((bucket.pk, bucket.used + part, is_backed))
    for place in range(len(buckets), len(parts)):
        spread.new.append((sku_id, place, parts[place], is_backed))


def _write(campaign: Campaign, spread: _Spread) -> None:
    with connection.cursor() as cursor:
        if spread.changed:
            cursor.execute(SET_TOTALS, [list(column) for column in zip(*spread.changed, strict=True)])
        if spread.new:
            cursor.execute(ADD, [campaign.pk, *(list(column) for column in zip(*spread.new, strict=True))])
