"""Quantities worth trying of a SKU alone: one unit, and the fewest at which some offer gives more."""

from collections.abc import Collection, Iterable, Mapping

from campaigns.conflicts.thresholds import Thresholds
from pricing.engine.cart import MAX_CENTS, CartLine
from pricing.engine.deciding import Decision

MOST_PIECES = 9_999

# By stage: what a unit has been seen to cost before the offers of that stage.
PricesSeen = Mapping[int, Collection[int]]


def quantities(thresholds: Iterable[Thresholds], line: CartLine, seen: PricesSeen) -> set[int]:
    """Return 1 and the fewest pieces that reach each threshold at one of the prices seen before its offer's turn.

    Each is also rounded up to whole groups of the offers that count pieces again and again, so that a group is
    complete and a threshold reached at once.
    """
    thresholds = list(thresholds)
    reached = {1} | {pieces for one in thresholds for pieces in one.pieces}
    for one in thresholds:
        prices = (line.list_cents,) if one.on_list else {line.list_cents, *seen.get(one.stage, ())}
        reached |= {-(-cents // price) for cents in one.cents for price in prices if price > 0}
    groups = {one.pieces[0] for one in thresholds if _repeats(one.pieces)}
    rounded = {-(-pieces // group) * group for pieces in reached for group in groups}
    most = min(MOST_PIECES, MAX_CENTS // max(1, line.list_cents))
    return {pieces for pieces in reached | rounded if 1 <= pieces <= most}


def prices_seen(decision: Decision, pieces: int) -> dict[int, int]:
    """Return what a unit cost before the offers of each stage of an answer, rounded up."""
    outcome, candidates = decision.answer.outcome, decision.problem.table.candidates
    found: dict[int, int] = {}
    for given, (nets, _) in zip(outcome.given, outcome.trail, strict=True):
        found.setdefault(candidates[given.place].compiled.stage, -(-sum(nets) // pieces))
    last = -(-sum(outcome.nets) // pieces)
    stages = sorted({candidate.compiled.stage for candidate in candidates}, reverse=True)
    for stage in stages:
        last = found.setdefault(stage, last)
    return found


def _repeats(pieces: tuple[int, ...]) -> bool:
    """Whether these are groups of one size, one after the other."""
    return len(pieces) > 1 and all(more == pieces[0] * place for place, more in enumerate(pieces, start=1))
