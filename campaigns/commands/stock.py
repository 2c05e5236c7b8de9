"""Take units of the activity stock and give them back. The stock of a SKU may be spread over buckets.

One guarded UPDATE decides. A random free bucket comes first, so that buyers do not queue for one row; where no
single bucket has enough, all are locked in order and gathered, so that spreading leaves no unit unsold.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from campaigns.models import StockBucket, StockEntry
from campaigns.selectors.stock import Pool
from pricing.engine.errors import Refusal, ReturnsTooMany
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.transactions import command, locking

TAKE, GIVE_BACK = 1, -1


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


def take_units(*, campaign_id: int, sku_id: int, units: int, source: str, at: datetime) -> None:
    """Take units of one SKU; an order with several lines calls take_all_units once instead."""
    take_all_units([Units(campaign_id, sku_id, units, source)], at=at)


def give_back_units(*, campaign_id: int, sku_id: int, units: int, source: str, at: datetime) -> None:
    """Give units of one SKU back; an order with several lines calls give_back_all_units once instead."""
    give_back_all_units([Units(campaign_id, sku_id, units, source)], at=at)


@command
def take_all_units(wanted: Iterable[Units], *, at: datetime) -> None:
    """Take units out of the stock of the SKU and of the whole campaign, where these are set.

    Safe to repeat: a source counts once. Raises OutOfStock, and takes nothing at all, if any stock runs short.
    """
    for (campaign_id, sku_id), units in _book(wanted, sign=TAKE, at=at):
        short = _move(StockBucket.objects.filter(campaign=campaign_id, sku=sku_id), units, sign=TAKE)
        if short:
            raise OutOfStock(
                N_("Only %(left)s more pieces are left at the price of this promotion."), left=units - short
            )


@command
def give_back_all_units(returned: Iterable[Units], *, at: datetime) -> None:
    """Put units back where they were taken from. Safe to repeat: a source counts once.

    Raises ReturnsTooMany, and puts nothing back, if more would come back than are out.
    """
    for (campaign_id, sku_id), units in _book(returned, sign=GIVE_BACK, at=at):
        short = _move(StockBucket.objects.filter(campaign=campaign_id, sku=sku_id), units, sign=GIVE_BACK)
        if short:
            raise ReturnsTooMany(N_("Only %(out)s pieces of this promotion are out."), out=units - short)


def _book(asked: Iterable[Units], *, sign: int, at: datetime) -> list[tuple[Pool, int]]:
    """Write the ledger; return what is new, summed by pool, in the one order in which pools are locked."""
    asked = sorted((item for item in asked if item.units), key=lambda item: (item.campaign_id, item.sku_id))
    buckets = StockBucket.objects.filter(campaign__in={item.campaign_id for item in asked})
    pools = set(buckets.order_by().values_list("campaign", "sku").distinct())
    locking("stock")
    moved: Counter[Pool] = Counter()
    for item in asked:
        for pool in ((item.campaign_id, item.sku_id), (item.campaign_id, None)):
            if pool in pools and _counted(item, pool) and book_once(_entry(item, pool, sign=sign, at=at)):
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


def _move(buckets: QuerySet[StockBucket], units: int, *, sign: int) -> int:
    """Count `used` up or down by the units; return how many found no room (then the caller refuses)."""
    with_room = buckets.annotate(room=F("total") - F("used") if sign == TAKE else F("used"))
    enough = with_room.filter(room__gte=units)
    free = enough.select_for_update(skip_locked=True).order_by("?").values_list("pk", flat=True).first()
    if free is not None and enough.filter(pk=free).update(used=F("used") + sign * units):
        return 0
    rest = units
    for bucket in with_room.select_for_update().order_by("pk"):
        part = min(rest, bucket.room)
        if part:
            buckets.filter(pk=bucket.pk).update(used=F("used") + sign * part)
            rest -= part
    return rest
