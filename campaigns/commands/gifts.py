"""Take gifts out of a campaign's gift stock and give them back. One guarded UPDATE decides."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from campaigns.commands.stock import OutOfStock, Units
from campaigns.models import GiftEntry, GiftStock
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.transactions import command, locking

TAKE, GIVE_BACK = 1, -1


@command
def take_gifts(wanted: Iterable[Units], *, at: datetime) -> Counter[int]:
    """Count gifts as given; return, by SKU id, how many of them were reserved pieces. A source counts once.

    Raises OutOfStock, and gives nothing at all, if any gift runs short or is none of its campaign.
    """
    backed: Counter[int] = Counter()
    for item in _booked(wanted, sign=TAKE, at=at):
        enough = Q(total=None) | Q(total__gte=F("used") + item.units)
        if not _stock_of(item).filter(enough).update(used=F("used") + item.units):
            raise OutOfStock(N_("A gift of this promotion has just run out."))
        backed[item.sku_id] += _backed(item)
    return +backed


@command
def give_back_gifts(returned: Iterable[Units], *, at: datetime, uncounted: Collection[int] = ()) -> Counter[int]:
    """Count gifts as not given after all; return, by SKU id, how many are reserved again. A source counts once.

    Of SKUs that were `uncounted` when they were given no piece is there to be reserved: the reservation shrinks. Raises
    ReturnsTooMany, and counts nothing, if more would come back than are out.
    """
    backed: Counter[int] = Counter()
    for item in _booked(returned, sign=GIVE_BACK, at=at):
        if not _stock_of(item).filter(used__gte=item.units).update(used=F("used") - item.units):
            raise ReturnsTooMany(N_("Fewer gifts of this promotion are out."))
        if item.sku_id in uncounted:
            _stock_of(item).filter(is_backed=True).update(total=F("total") - item.units)
        else:
            backed[item.sku_id] += _backed(item)
    return +backed


def _backed(item: Units) -> int:
    """How many of the units stand for reserved pieces; the row is ours by now."""
    return item.units if _stock_of(item).filter(is_backed=True).exists() else 0


def _booked(asked: Iterable[Units], *, sign: int, at: datetime) -> list[Units]:
    """Write the ledger; return what is new, in the one order in which gift stock is locked."""
    locking("gift_stock")
    ordered = sorted(asked, key=lambda item: (item.campaign_id, item.sku_id))
    return [item for item in ordered if book_once(_entry(item, sign=sign, at=at))]


def _entry(item: Units, *, sign: int, at: datetime) -> GiftEntry:
    if item.units < 1:
        raise ValueError("gifts are moved by 1 or more")
    return GiftEntry(
        campaign_id=item.campaign_id, sku_id=item.sku_id, source=item.source, units=sign * item.units, at=at
    )


def _stock_of(item: Units) -> QuerySet[GiftStock]:
    return GiftStock.objects.filter(campaign=item.campaign_id, sku=item.sku_id)
