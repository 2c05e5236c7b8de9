"""The goods of an order leave the shelf and come back: all SKUs that are counted, in one statement."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Sum

from campaigns.commands.stock import Units
from pricing.commands.on_hand import Act, Movement, move_on_hand
from pricing.models import MovementKind, StockMovement
from storefront.models import Order


def take_from_shelf(order: Order, gifts: list[Units], *, reserved: Mapping[int, int], source: str) -> None:
    """Book the goods and gifts of an order out. `reserved` of them, by SKU id, were reserved and not free.

    Two campaigns may have reserved the same piece: what is left of the other reservation is free then.
    Raises NotEnoughOnHand.
    """
    units = Counter({sku: 0 for sku in reserved})
    for sku_id, quantity in order.lines.values_list("sku", "quantity"):
        units[sku_id] += quantity
    for gift in gifts:
        units[gift.sku_id] += gift.units
    movements = [
        Movement(sku_id, MovementKind.SALE, -count, reserved.get(sku_id, 0) - count, source)
        for sku_id, count in sorted(units.items())
    ]
    move_on_hand(movements, Act(at=order.placed_at))


def put_on_shelf(
    *, kind: str, units: Mapping[int, int], reserved: Mapping[int, int], taken_as: str, act: tuple[str, datetime]
) -> None:
    """Book goods back in, by SKU id; `reserved` of them go back into reservations. `act`: its source and time.

    What was not counted when it was sold does not come back as if it had been.
    """
    source, at = act
    sold = _sold(taken_as)
    movements = [
        Movement(sku_id, kind, count, count - reserved.get(sku_id, 0), source)
        for sku_id, count in sorted(units.items())
        if sku_id in sold and count
    ]
    move_on_hand(movements, Act(at=at))


def write_off(*, units: Mapping[int, int], taken_as: str, source: str, at: datetime) -> None:
    """Book goods that came back and are not to be sold again: in and out, so that both stay in the ledger."""
    sold = _sold(taken_as)
    movements = [
        Movement(sku_id, kind, sign * count, 0, source)
        for sku_id, count in sorted(units.items())
        if sku_id in sold and count
        for kind, sign in ((MovementKind.RETURN, 1), (MovementKind.WRITE_OFF, -1))
    ]
    move_on_hand(movements, Act(at=at))


def sold_units(taken_as: str) -> dict[int, int]:
    """What an order has taken off the shelf, by SKU id; SKUs that were not counted are not in it."""
    return {sku_id: -units for sku_id, units in _sold(taken_as).items()}


def _sold(taken_as: str) -> dict[int, int]:
    sales = StockMovement.objects.filter(source=taken_as, kind=MovementKind.SALE)
    return dict(sales.order_by().values_list("sku").annotate(sold=Sum("units")))
