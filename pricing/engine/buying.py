"""Buying some goods and getting others: how many pieces of each side there are, and what is missing for more."""

from collections.abc import Callable
from typing import NamedTuple

from pricing.engine.pieces import Run, dearest_first, with_more
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines
from pricing.engine.scope import Scope


class Sides(NamedTuple):
    """Pieces that count as `bought`, places of the lines that are `got`, and their pieces, the dearest first."""

    bought: int
    got: frozenset[int]
    to_get: list[Run]

    @classmethod
    def of(cls, lines: Lines, get_scope: Scope) -> "Sides":
        """Part the lines: what is to be got never counts as bought."""
        got = frozenset(place for place, line in enumerate(lines.goods) if get_scope.meets(line))
        to_get = [run for run in dearest_first(lines) if run.line in got]
        return cls(lines.pieces - sum(run.pieces for run in to_get), got, to_get)


class Step(NamedTuple):
    """The lines with `missing` pieces more, at which more is got."""

    lines: Lines
    missing: int


def missing_for(sides: Sides, buy: int) -> Reason | None:
    """Say how many pieces are missing until anything is got."""
    missing = max(0, buy - sides.bought) + (0 if sides.to_get else 1)
    return Reason("below_threshold", {"missing_pieces": missing}) if missing else None


def next_step(lines: Lines, sides: Sides, buy: int, entitled: Callable[[int], int]) -> Step | None:
    """Return the next step: first the pieces to get that are due already, then those for the next `buy` pieces.

    Further pieces cost as much as the cheapest of their side; a side of which nothing is there is not priced.
    """
    there = sum(run.pieces for run in sides.to_get)
    bought = sides.bought
    if there >= entitled(bought):
        bought = (bought // buy + 1) * buy
        if entitled(bought) == entitled(sides.bought):
            return None
    to_buy, to_get = bought - sides.bought, max(0, entitled(bought) - there)
    grown = lines
    if to_buy and sides.bought:
        grown = with_more(grown, next(place for place in range(len(lines.nets)) if place not in sides.got), to_buy)
    if to_get and sides.to_get:
        grown = with_more(grown, sides.to_get[-1].line, to_get)
    return Step(grown, to_buy + to_get)
