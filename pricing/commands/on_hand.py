"""Move pieces of SKUs that are counted. One statement decides for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import OnHandStock
from pricing.models.on_hand import MOST_PIECES
from pricing.transactions import BUSY, Busy, command, locking

# Rows are locked by SKU. Who moves only pieces that are reserved (free_units = 0) locks none: hot SKUs are sold so.
MOVE = """
WITH asked AS (
    SELECT * FROM unnest(%(skus)s::bigint[], %(kinds)s::text[], %(units)s::int[], %(free)s::int[], %(sources)s::text[])
        WITH ORDINALITY AS asked (sku_id, kind, units, free_units, source, place)
), locked AS (
    SELECT stock.sku_id FROM pricing_onhandstock stock
    WHERE stock.sku_id IN (SELECT sku_id FROM asked WHERE free_units <> 0)
    ORDER BY stock.sku_id FOR UPDATE
), booked AS (
    INSERT INTO pricing_stockmovement (sku_id, kind, units, free_units, source, reason, by_id, at)
    SELECT asked.sku_id, asked.kind, asked.units, asked.free_units, asked.source, %(reason)s, %(by)s, %(at)s
    FROM asked JOIN pricing_onhandstock USING (sku_id) ORDER BY asked.place
    ON CONFLICT DO NOTHING RETURNING sku_id, free_units
), due AS (
    SELECT sku_id, sum(free_units)::int AS free_units FROM booked GROUP BY sku_id
), moved AS (
    UPDATE pricing_onhandstock stock SET free = stock.free + due.free_units
    FROM due JOIN locked USING (sku_id)
    WHERE stock.sku_id = due.sku_id AND stock.free + due.free_units BETWEEN 0 AND %(most)s
    RETURNING stock.sku_id
)
SELECT due.sku_id, due.free_units, moved.sku_id IS NOT NULL OR due.free_units = 0
FROM due LEFT JOIN moved USING (sku_id)
"""


@dataclass(frozen=True, slots=True)
class Short:
    """A SKU of which fewer pieces are free than are asked for."""

    sku_id: int
    code: str
    left: int
    wanted: int


class NotEnoughOnHand(Refusal):
    """Fewer pieces are free than are asked for; `short` names every such SKU, by code, the first is the message."""

    def __init__(self, short: tuple[Short, ...]) -> None:
        first = short[0]
        text = N_("Only %(left)s pieces of %(code)s are free.")
        super().__init__(text, field="units", left=first.left, code=first.code)
        self.short = short


class TooManyOnHand(Refusal):
    """More pieces than the shop can count."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What moves of one SKU; see StockMovement for the signs. `source` names the act."""

    sku_id: int
    kind: str
    units: int
    free_units: int
    source: str


@dataclass(frozen=True, slots=True)
class Act:
    """When pieces were moved, by whom (nobody: the shop itself) and why."""

    at: datetime
    by: Any = None
    reason: str = ""


@command
def move_on_hand(movements: Sequence[Movement], act: Act) -> frozenset[int]:
    """Book the movements of SKUs that are counted and return the ids of these SKUs; the others are left alone.

    Safe to repeat: a source counts once. Raises NotEnoughOnHand, and moves nothing, if any SKU has too few.
    """
    if not movements:
        return frozenset()
    locking("on_hand")
    with connection.cursor() as cursor:
        cursor.execute(MOVE, _values(movements, act))
        rows = cursor.fetchall()
    refused = {sku_id: free_units for sku_id, free_units, is_moved in rows if not is_moved}
    if refused:
        raise _refusal(refused)
    return frozenset(sku_id for sku_id, _free, _moved in rows)


def _values(movements: Sequence[Movement], act: Act) -> dict[str, Any]:
    return {
        "skus": [row.sku_id for row in movements],
        "kinds": [str(row.kind) for row in movements],
        "units": [row.units for row in movements],
        "free": [row.free_units for row in movements],
        "sources": [row.source for row in movements],
        "reason": act.reason,
        "by": act.by.pk if act.by else None,
        "at": act.at,
        "most": MOST_PIECES,
    }


def _refusal(refused: dict[int, int]) -> Refusal:
    rows = list(OnHandStock.objects.filter(pk__in=refused).select_related("sku").order_by("sku__code"))
    short = tuple(Short(row.pk, row.sku.code, row.free, -refused[row.pk]) for row in rows if refused[row.pk] < 0)
    if short:
        return NotEnoughOnHand(short)
    if not rows:  # somebody has just stopped counting them
        return Busy(BUSY)
    return TooManyOnHand(N_("At most %(most)s pieces can be counted."), field="units", most=MOST_PIECES)
