"""Take gifts out of a campaign's gift stock and give them back. One guarded UPDATE decides."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from campaigns.commands.stock import GIVE_BACK, TAKE, OutOfStock, Units
from campaigns.models import GiftEntry, GiftStock
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.transactions import command, locking


@command
def take_gifts(wanted: Iterable[Units], *, at: datetime) -> None:
    """Count gifts as given. Safe to repeat: a source counts once.

    Raises OutOfStock, and gives nothing at all, if any gift runs short or is none of its campaign.
    """
    for item in _booked(wanted, sign=TAKE, at=at):
        enough = Q(total=None) | Q(total__gte=F("used") + item.units)
        if not _stock_of(item).filter(enough).update(used=F("used") + item.units):
            raise OutOfStock(N_("A gift of this promotion has just run out."))


@command
def give_back_gifts(returned: Iterable[Units], *, at: datetime) -> None:
    """Count gifts as not given after all. Safe to repeat: a source counts once.

    Raises ReturnsTooMany, and counts nothing, if more would come back than are out.
    """
    for item in _booked(returned, sign=GIVE_BACK, at=at):
        if not _stock_of(item).filter(used__gte=item.units).update(used=F("used") - item.units):
            raise ReturnsTooMany(N_("Fewer gifts of this promotion are out."))


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
