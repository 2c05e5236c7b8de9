"""Take units of the activity stock and give them back. The stock of a SKU may be spread over buckets.

One guarded UPDATE decides. A random free bucket comes first, so that buyers do not queue for one row; where no
single bucket has enough, all are locked in order and gathered, so that spreading leaves no unit unsold.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from campaigns.models import StockBucket, StockEntry
from campaigns.selectors.stock import Pool
from pricing.engine.errors import Refusal, ReturnsTooMany
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.models import OnHandStock
from pricing.transactions import command, locking

TAKE, GIVE_BACK, GIVE_BACK_LOST = "take", "give back", "give back lost"
SIGNS = {TAKE: 1, GIVE_BACK: -1, GIVE_BACK_LOST: -1}


class OutOfStock(Refusal):
    """Fewer units are left in a campaign than are asked for."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units of one SKU at the price of one campaign. `source` names the order line, refund or cancellation.

    `taken_as`, for units that come back: the source that took them. A cap set since then has not counted them.
    """

    campaign_id: int
    sku_id: int
    units: int
    source: str
    taken_as: str = ""


class _NoneHasEnough(Exception):
    """No single bucket holds what is asked for."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: units that found no room, and those that stood for reserved pieces."""

    short: int = 0
    backed: int = 0


def take_units(*, campaign_id: int, sku_id: int, units: int, source: str, at: datetime) -> None:
    """Take units of one SKU; an order with several lines calls take_all_units once instead."""
    take_all_units([Units(campaign_id, sku_id, units, source)], at=at)


def give_back_units(*, campaign_id: int, sku_id: int, units: int, source: str, at: datetime) -> None:
    """Give units of one SKU back; an order with several lines calls give_back_all_units once instead."""
    give_back_all_units([Units(campaign_id, sku_id, units, source)], at=at)


@command
def take_all_units(wanted: Iterable[Units], *, at: datetime) -> Counter[int]:
    """Take units out of the stock of the SKU and of the whole campaign, where these are set.

    Returns, by SKU id, how many of them came out of a reservation: these pieces are not taken from the free ones.
    Safe to repeat: a source counts once. Raises OutOfStock, and takes nothing at all, if any stock runs short.
    """
    backed: Counter[int] = Counter()
    for pool, units in _book(wanted, act=TAKE, at=at):
        moved = _move(_buckets_of(pool), units, act=TAKE)
        if moved.short:
            raise OutOfStock(
                N_("Only %(left)s more pieces are left at the price of this promotion."), left=units - moved.short
            )
        backed[pool[1] or 0] += moved.backed
    return +backed


@command
def give_back_all_units(
    returned: Iterable[Units],
    *,
    at: datetime,
    pieces: Mapping[int, int] | None = None,
    lost: bool = False,
    uncounted: Collection[int] = (),
) -> Counter[int]:
    """Put units back where they were taken from. Safe to repeat: a source counts once.

    Returns, by SKU id, how many of them are reserved again. `lost`: the goods do not come back to the shelf, so a
    reservation shrinks instead; so it does of SKUs that were `uncounted` when they were sold, and where two campaigns
    had reserved one piece that is no longer free. `pieces`: by SKU id, the goods that come back; without it no two
    units are one piece. Raises ReturnsTooMany, and puts nothing back, if more would come back than are out.
    """
    backed: Counter[int] = Counter()
    booked = _book(returned, act=GIVE_BACK, at=at)
    most = _most_to_reserve(booked, pieces or {})
    for pool, units in booked:
        sku_id = pool[1] or 0
        room = most[sku_id] - backed[sku_id] if sku_id in most else units
        kept = 0 if lost or sku_id in uncounted else min(units, room)
        backed[sku_id] += _put_back(pool, units, kept=kept)
    return +backed


def _put_back(pool: Pool, units: int, *, kept: int) -> int:
    """Put units back, `kept` of them into the reservation; return how many are reserved again."""
    done, backed = 0, 0
    for act, part in ((GIVE_BACK, kept), (GIVE_BACK_LOST, units - kept)):
        moved = _move(_buckets_of(pool), part, act=act) if part else Moved()
        done += part - moved.short
        if moved.short:
            raise ReturnsTooMany(N_("Only %(out)s pieces of this promotion are out."), out=done)
        backed += moved.backed if act == GIVE_BACK else 0
    return backed


def _most_to_reserve(booked: Iterable[tuple[Pool, int]], pieces: Mapping[int, int]) -> dict[int, int]:
    """How many pieces can be reserved again of SKUs that come back into several campaigns: what comes and is free.

    No query where there is none such. The statement that moves the pieces decides once more.
    """
    pools, units_of = Counter[int](), Counter[int]()
    for (_campaign, sku_id), units in booked:
        if sku_id is not None:
            pools[sku_id] += 1
            units_of[sku_id] += units
    several = [sku_id for sku_id, count in pools.items() if count > 1]
    free = OnHandStock.objects.filter(pk__in=several).values_list("pk", "free") if several else ()
    return {sku_id: pieces.get(sku_id, units_of[sku_id]) + units for sku_id, units in free}


def _buckets_of(pool: Pool) -> QuerySet[StockBucket]:
    campaign_id, sku_id = pool
    return StockBucket.objects.filter(campaign=campaign_id, sku=sku_id)


def _book(asked: Iterable[Units], *, act: str, at: datetime) -> list[tuple[Pool, int]]:
    """Write the ledger; return what is new, summed by pool, in the one order in which pools are locked."""
    asked = sorted((item for item in asked if item.units), key=lambda item: (item.campaign_id, item.sku_id))
    buckets = StockBucket.objects.filter(campaign__in={item.campaign_id for item in asked})
    pools = set(buckets.order_by().values_list("campaign", "sku").distinct())
    locking("stock")
    moved: Counter[Pool] = Counter()
    for item in asked:
        for pool in ((item.campaign_id, item.sku_id), (item.campaign_id, None)):
            if pool in pools and _counted(item, pool) and book_once(_entry(item, pool, sign=SIGNS[act], at=at)):
                moved[pool] += item.units
    return sorted(moved.items(), key=lambda entry: (entry[0][0], entry[0][1] is None, entry[0][1] or 0))


def _counted(item: Units, pool: Pool) -> bool:
    """Whether this pool took the units that come back; True where nobody says what took them."""
    if not item.taken_as:
        return True
    campaign_id, sku_id = pool
    return StockEntry.objects.filter(campaign=campaign_id, sku=sku_id, source=item.taken_as).exists()


def _entry(item: Units, pool: Pool, *, sign: int, at: datetime) -> StockEntry:
    if item.units < 1:
        raise ValueError("units are moved by 1 or more")
    campaign_id, sku_id = pool
    return StockEntry(campaign_id=campaign_id, sku_id=sku_id, source=item.source, units=sign * item.units, at=at)


def _move(buckets: QuerySet[StockBucket], units: int, *, act: str) -> Moved:
    """Count `used` up or down by the units, in one bucket if any has room, else gathered from all of them.

    Whether a unit stands for a reserved piece is read from the locked row: a release waits for it, or comes first.
    """
    with_room = buckets.annotate(room=F("total") - F("used") if act == TAKE else F("used"))
    # Rows that changed while we looked stay locked although they have too little. The savepoint lets them go: two who
    # gather must not hold some bucket each.
    with suppress(_NoneHasEnough), transaction.atomic():
        return _count(_one_with(with_room.filter(room__gte=units)), units, act=act)
    return _gather(with_room, units, act=act)


def _one_with(enough: QuerySet[StockBucket]) -> StockBucket:
    """Lock one of the buckets that have enough: one that is free, else one to wait for. Raises _NoneHasEnough."""
    one = enough.select_for_update(skip_locked=True).order_by("?").first()
    if one is None:
        busy = enough.order_by("?").values_list("pk", flat=True).first()
        one = enough.select_for_update().filter(pk=busy).first() if busy else None
    if one is None:
        raise _NoneHasEnough
    return one


def _gather(with_room: QuerySet[StockBucket], units: int, *, act: str) -> Moved:
    rest, backed = units, 0
    for bucket in with_room.select_for_update().order_by("pk"):
        part = min(rest, bucket.room)
        if part:
            backed += _count(bucket, part, act=act).backed
            rest -= part
    return Moved(short=rest, backed=backed)


def _count(bucket: StockBucket, units: int, *, act: str) -> Moved:
    """Move units in one locked bucket; the guard stands in the statement all the same."""
    changes = {"used": F("used") + SIGNS[act] * units}
    if act == GIVE_BACK_LOST and bucket.is_backed:
        changes["total"] = F("total") - units
    room = {"used__lte": F("total") - units} if act == TAKE else {"used__gte": units}
    if not StockBucket.objects.filter(pk=bucket.pk, **room).update(**changes):
        return Moved(short=units)
    return Moved(backed=units if bucket.is_backed else 0)
