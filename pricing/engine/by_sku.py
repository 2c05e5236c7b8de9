"""What belongs to one SKU: a limit or a choice may split its pieces over several lines."""

from collections.abc import Hashable, Iterable

from pricing.engine.pieces import Run, dearest_first
from pricing.engine.rules import Lines


def sku_of(lines: Lines, place: int) -> Hashable:
    """Return what tells the SKUs of lines apart; lines without goods are SKUs of their own."""
    return (lines.goods[place].shop, lines.goods[place].sku) if lines.goods else place


def places_by_sku(lines: Lines) -> list[list[int]]:
    """Return the places of the lines of each SKU."""
    found: dict[Hashable, list[int]] = {}
    for place in range(len(lines.nets)):
        found.setdefault(sku_of(lines, place), []).append(place)
    return list(found.values())


def counted_together(lines: Lines, *, over_all: bool) -> list[list[Run]]:
    """Return the pieces of each SKU, or all in one list; each list has the dearest first."""
    runs = dearest_first(lines)
    if over_all:
        return [runs] if runs else []
    found: dict[Hashable, list[Run]] = {}
    for run in runs:
        found.setdefault(sku_of(lines, run.line), []).append(run)
    return list(found.values())


def pieces_of(runs: Iterable[Run]) -> int:
    """Return how many pieces there are."""
    return sum([run.pieces for run in runs])
