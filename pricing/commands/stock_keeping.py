"""What people do to the stock of a SKU: begin and end counting, receive, correct, write off."""

from django.db.models import F, Sum

from pricing.commands.on_hand import Act, Movement, move_on_hand
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import MovementKind, OnHandStock, Sku, StockMovement
from pricing.models.on_hand import MOST_PIECES
from pricing.transactions import command, locking


class WrongStock(Refusal):
    """An act of stock keeping that makes no sense for the SKU; `field` names what to correct."""


@command
def begin_counting(*, sku_id: int, units: int, source: str, act: Act) -> None:
    """Count a SKU from now on, with so many pieces on the shelf. Raises WrongStock if it is counted already."""
    _check_units(units, least=0)
    _stock, is_new = OnHandStock.objects.get_or_create(pk=sku_id)
    if not is_new and not _is_booked(sku_id, source):
        raise WrongStock(N_("This SKU is counted already. Book a receipt or a correction."), field="act")
    move_on_hand([Movement(sku_id, MovementKind.COUNTED, units, units, source)], act)


@command
def end_counting(*, sku_id: int, source: str, act: Act) -> None:
    """Sell a SKU without counting it. Raises WrongStock while a campaign holds pieces of it, or without a reason."""
    _check_reason(act)
    if _is_booked(sku_id, source):
        return
    locking("on_hand")
    stock = OnHandStock.objects.select_for_update().filter(pk=sku_id).first()
    if stock is None:
        raise _not_counted()
    if reserved_units(sku_id):
        raise WrongStock(N_("Campaigns have reserved pieces of this SKU: end them first."), field="act")
    move_on_hand([Movement(sku_id, MovementKind.UNCOUNTED, -stock.free, -stock.free, source)], act)
    OnHandStock.objects.filter(pk=sku_id).delete()


@command
def receive(*, sku_id: int, units: int, source: str, act: Act) -> None:
    """Book goods that have come in. Raises WrongStock, or TooManyOnHand."""
    _check_units(units, least=1)
    _keep(Movement(sku_id, MovementKind.RECEIPT, units, units, source), act)


@command
def correct(*, sku_id: int, units: int, source: str, act: Act) -> None:
    """Book that there are more (+) or fewer (-) pieces than was thought. Raises WrongStock, or NotEnoughOnHand."""
    _check_reason(act)
    if not units or abs(units) > MOST_PIECES:
        raise WrongStock(N_("Say by how many pieces the stock is wrong: more (+) or fewer (-)."), field="units")
    _keep(Movement(sku_id, MovementKind.CORRECTION, units, units, source), act)


@command
def write_off(*, sku_id: int, units: int, source: str, act: Act) -> None:
    """Book goods out that cannot be sold. Raises WrongStock, or NotEnoughOnHand."""
    _check_reason(act)
    _check_units(units, least=1)
    _keep(Movement(sku_id, MovementKind.WRITE_OFF, -units, -units, source), act)


def reserved_units(sku_id: int) -> int:
    """What campaigns hold of a SKU, by its ledger. One query over its movements."""
    rows = StockMovement.objects.filter(sku=sku_id)
    return rows.aggregate(held=Sum(F("units") - F("free_units")))["held"] or 0


def _keep(movement: Movement, act: Act) -> None:
    if _is_booked(movement.sku_id, movement.source):
        return
    if not move_on_hand([movement], act) and not _is_booked(movement.sku_id, movement.source):
        if not Sku.objects.filter(pk=movement.sku_id).exists():
            raise WrongStock(N_("There is no such SKU."), field="sku")
        raise _not_counted()


def _is_booked(sku_id: int, source: str) -> bool:
    return StockMovement.objects.filter(sku=sku_id, source=source).exists()


def _not_counted() -> WrongStock:
    return WrongStock(N_("This SKU is not counted. Begin counting it first."), field="act")


def _check_units(units: int, *, least: int) -> None:
    if not least <= units <= MOST_PIECES:
        raise WrongStock(
            N_("Give a number of pieces from %(least)s to %(most)s."), field="units", least=least, most=MOST_PIECES
        )


def _check_reason(act: Act) -> None:
    if not act.reason.strip():
        raise WrongStock(N_("Say why: the reason is kept with the movement."), field="reason")
