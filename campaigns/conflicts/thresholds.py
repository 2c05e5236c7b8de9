"""Thresholds: the amounts and numbers of pieces from which an offer gives something, or more.

The rules themselves are asked what they lack: of amounts with more pieces than anybody asks for, of pieces with more
money than anybody asks for. So a new kind of benefit or condition needs nothing here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pricing.engine.cart import CartLine
from pricing.engine.compiled import Compiled
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines

MOST_STEPS = 20  # an offer has so many tiers at most
MOST_REPEATS = 3  # of an offer that goes on for ever: every second piece, every full threshold
PLENTY_CENTS = 10**12
PLENTY_PIECES = 1_000_000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one offer gives more: `cents` measured before its layer (`on_list`: at list price), and `pieces`."""

    stage: int
    on_list: bool
    cents: tuple[int, ...]
    pieces: tuple[int, ...]


def thresholds_of(offer: Compiled, line: CartLine) -> Thresholds:
    """Return the thresholds of an offer for a SKU alone; only rules that read names need to know which."""
    return Thresholds(
        stage=offer.stage,
        on_list=offer.offer.threshold_on == "list",
        cents=_walk(partial(_more_cents, offer, line)),
        pieces=_walk(partial(_more_pieces, offer, line)),
    )


def _walk(more_after: Callable[[int], int]) -> tuple[int, ...]:
    """Follow the steps from nothing on; of those that do not end only the first ones."""
    found: list[int] = []
    while len(found) <= MOST_STEPS and (more := more_after(found[-1] if found else 0)):
        found.append((found[-1] if found else 0) + more)
    return tuple(found if len(found) <= MOST_STEPS else found[:MOST_REPEATS])


def _more_cents(offer: Compiled, line: CartLine, cents: int) -> int:
    return _least(offer, line, _lines(line, cents, PLENTY_PIECES), "missing_cents")


def _more_pieces(offer: Compiled, line: CartLine, pieces: int) -> int:
    by_line = [more for rule in offer.of_line if (more := getattr(rule, "least", 1) - pieces) > 0]
    more = _least(offer, line, _lines(line, PLENTY_CENTS if pieces else 0, pieces), "missing_pieces")
    return min([*by_line, more] if more else by_line, default=0)


def _lines(line: CartLine, cents: int, pieces: int) -> Lines:
    return Lines(nets=(cents,), bases=(cents,), quantities=(pieces,), goods=(line,))


def _least(offer: Compiled, line: CartLine, lines: Lines, figure: str) -> int:
    """Return the least that is missing of a figure for anything to be met or to give more; 0 = nothing."""
    missing = [int(reason.figures.get(figure, 0)) for reason in _unmet(offer, lines, line)]
    if offer.offer.benefit.unmet(lines) is None and (higher := offer.offer.benefit.next_tier(lines)):
        missing.append(getattr(higher, figure))
    return min([more for more in missing if more > 0], default=0)


def _unmet(offer: Compiled, lines: Lines, line: CartLine) -> Iterator[Reason]:
    if (reason := offer.offer.benefit.unmet(lines)) and "missing_goods" not in reason.figures:
        yield reason
    for rule, scope in offer.counting:
        if (scope is None or scope.meets(line)) and (reason := rule.unmet_by_lines(lines)):
            yield reason
