"""Book the stock of many SKUs at once: a table of receipts or counts, in a handful of statements."""

from collections.abc import Sequence
from typing import NamedTuple

from campaigns.selectors.on_hand import reserved_by_sku
from pricing.commands.on_hand import Act, Movement, move_on_hand
from pricing.commands.stock_keeping import WrongStock
from pricing.engine.messages import N_
from pricing.models import MovementKind, OnHandStock
from pricing.transactions import command, locking


class Pieces(NamedTuple):
    """Pieces of one SKU: come in, or found in the house."""

    sku_id: int
    units: int


@command
def book_receipts(pieces: Sequence[Pieces], *, source: str, act: Act) -> None:
    """Book goods that have come in. A source counts once. Raises WrongStock if a SKU is not counted any more."""
    free = _locked(pieces)
    if any(row.sku_id not in free for row in pieces):
        raise WrongStock(N_("Somebody has changed the stock meanwhile. Please check the table again."))
    move_on_hand([Movement(row.sku_id, MovementKind.RECEIPT, row.units, row.units, source) for row in pieces], act)


@command
def book_counts(pieces: Sequence[Pieces], *, source: str, act: Act) -> None:
    """Make the stock say what was found, reserved pieces among it; begin to count SKUs that were not. Once a source.

    Raises WrongStock where campaigns hold more than was found.
    """
    free = _locked(pieces)
    reserved = reserved_by_sku([row.sku_id for row in pieces])
    if any(row.units < reserved[row.sku_id] for row in pieces):
        raise WrongStock(N_("Somebody has changed the stock meanwhile. Please check the table again."))
    OnHandStock.objects.bulk_create(OnHandStock(pk=row.sku_id) for row in pieces if row.sku_id not in free)
    movements = []
    for row in pieces:
        kind = MovementKind.CORRECTION if row.sku_id in free else MovementKind.COUNTED
        more = row.units - reserved[row.sku_id] - free.get(row.sku_id, 0)
        if more or kind == MovementKind.COUNTED:
            movements.append(Movement(row.sku_id, kind, more, more, source))
    move_on_hand(movements, act)


def _locked(pieces: Sequence[Pieces]) -> dict[int, int]:
    """Lock what is counted, in the order of all; return the free pieces by SKU id."""
    locking("on_hand")
    rows = OnHandStock.objects.filter(pk__in=[row.sku_id for row in pieces]).select_for_update()
    return dict(rows.order_by("pk").values_list("pk", "free"))
