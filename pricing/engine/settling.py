"""Settling: mandatory offers and item offers that stand in nobody's way are applied before anything is searched."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.cart import ShippingFee
from pricing.engine.computing import Computation, Outcome, compute
from pricing.engine.reasons import Reason
from pricing.engine.stacking import Table
from pricing.engine.taking import Allowance, Segments, segments_of, take, unit_saving_cents, untaken


class Settled(NamedTuple):
    """Who applies in every answer, what they took, and why others that should are out."""

    members: int
    segments: Segments
    outcome: Outcome
    out: Mapping[int, Reason]


def settle(table: Table, fees: Sequence[ShippingFee]) -> Settled:
    """Settle. Mandatory offers take first; then per line the lowest unit price, higher priority, id.

    Whoever fails its conditions or budget is out, and all is settled anew.
    """
    forced = [place for place, candidate in enumerate(table.candidates) if candidate.compiled.is_settled]
    if not forced:
        start = untaken(table)
        return Settled(0, start, compute(table, start, fees, 0), {})
    mandatory = [place for place in forced if table.candidates[place].offer.mandatory]
    items = [place for place in forced if not table.candidates[place].offer.mandatory]
    failed = _unmet_by_all(table, items)
    pairs = _pairs(table, [place for place in items if place not in failed])
    while True:
        out = dict(failed)
        start, forced_members = _take_mandatory(table, mandatory, out)
        by_line = _ByLine(table, [pair for pair in pairs if pair[0] not in failed], start, forced_members)
        while True:
            segments, members = by_line.result()
            outcome = compute(table, segments, fees, members)
            if outcome.failed is None:
                return Settled(members, segments, outcome, out | failed)
            failed[outcome.failed.place] = outcome.failed.reason
            if forced_members >> outcome.failed.place & 1:
                break
            by_line.leave(outcome.failed.place)


def _unmet_by_all(table: Table, items: Sequence[int]) -> dict[int, Reason]:
    """Return whose conditions are not met even by all their lines at list price: no need to settle to find out."""
    start, out = Computation(table, untaken(table), ()), {}
    for place in items:
        candidate = table.candidates[place]
        seen = start.lines_of(candidate, candidate.spots) if candidate.conditions else None
        if seen and (reason := start.unmet(candidate, seen)):
            out[place] = reason
    return out


def _take_mandatory(table: Table, mandatory: Sequence[int], out: dict[int, Reason]) -> tuple[Segments, int]:
    segments, members = untaken(table), 0
    for place in mandatory:
        if place in out:
            continue
        rivals = members & table.apart[place]
        takes = table.candidates[place].compiled.takes_lines
        taken = None if rivals else take(table, segments, place) if takes else segments
        if taken is None:
            rival = next(places(rivals or members & table.shuns[place]), place)
            out[place] = Reason("excluded_by", {"offer": table.candidates[rival].offer.id})
            continue
        segments, members = taken, members | 1 << place
    return segments, members


def _pairs(table: Table, items: Sequence[int]) -> list[tuple[int, int]]:
    """Return (candidate, line) pairs: the largest saving of a unit first, then priority, id and line key."""
    ranked = []
    for place in items:
        candidate = table.candidates[place]
        for line in candidate.spots:
            saving_cents = unit_saving_cents(table, candidate, line)
            if saving_cents:
                ranked.append((-saving_cents, -candidate.offer.priority, candidate.id, line, place))
    return [(place, line) for _, _, _, line, place in sorted(ranked)]


class _ByLine:
    """The item offers on each line, whoever saves most on a unit first. Each line is a list of (units, takers).

    Who leaves makes only its own lines be decided anew; where a limit binds somebody all lines hang together.
    """

    def __init__(self, table: Table, pairs: list[tuple[int, int]], start: Segments, forced: int) -> None:
        self.table, self.start, self.members = table, start, forced
        self.pairs = [(place, line) for place, line in pairs if not forced & table.apart[place]]
        self.limited = {place for place, _ in self.pairs if table.candidates[place].is_limited}
        self.of_line: list[list[int]] = [[] for _ in table.lines]
        for place, line in self.pairs:
            self.of_line[line].append(place)
        self.waiting = [mask_of(found) for found in self.of_line]
        self.untaken: list[list[tuple[int, int]]] = [[] for _ in table.lines]
        for line, quantity, takers in start.each():
            self.untaken[line].append((quantity, takers))
        self.parts = list(self.untaken)
        self._decide(range(len(table.lines)))

    def result(self) -> tuple[Segments, int]:
        """Return what everybody took, and who is in."""
        if not self.pairs:
            return self.start, self.members
        entries = [(line, units, takers) for line, parts in enumerate(self.parts) for units, takers in parts]
        segments = segments_of(entries)
        return segments, reduce(or_, segments.takers, self.members)

    def leave(self, place: int) -> None:
        """Decide without somebody."""
        self.pairs = [pair for pair in self.pairs if pair[0] != place] if self.limited else self.pairs
        self.limited.discard(place)
        mine = [line for line in self.table.candidates[place].spots if self.waiting[line] >> place & 1]
        for line in mine:
            self.of_line[line].remove(place)
            self.waiting[line] &= ~(1 << place)
        self._decide(range(len(self.parts)) if self.limited else mine)

    def _decide(self, lines: Iterable[int]) -> None:
        if self.limited:
            self._decide_all_together()
            return
        for line in lines:
            parts, left = self.untaken[line], self.waiting[line]
            for place in self.of_line[line]:
                if not left:
                    break
                if left >> place & 1:
                    before, shuns = parts, self.table.shuns[place] | 1 << place
                    parts = _taken_on_line(parts, (line, 1 << place, shuns), None)
                    left &= ~(shuns if len(parts) == 1 and parts != before else 1 << place)
            self.parts[line] = parts

    def _decide_all_together(self) -> None:
        self.parts = list(self.untaken)
        allowances = {place: Allowance(self.table, place, self.start) for place in self.limited}
        for place, line in self.pairs:
            taker = (line, 1 << place, self.table.shuns[place] | 1 << place)
            self.parts[line] = _taken_on_line(self.parts[line], taker, allowances.get(place))


def _taken_on_line(
    parts: list[tuple[int, int]], taker: tuple[int, int, int], allowance: Allowance | None
) -> list[tuple[int, int]]:
    """Return the parts of a line after a taker (line, its bit, whom it shuns) took what is open and granted to it."""
    line, bit, shuns = taker
    after = []
    for quantity, takers in parts:
        units = 0
        if not takers & shuns:
            units = allowance.grant(line, quantity) if allowance else quantity
        if units:
            after.append((units, takers | bit))
        if quantity > units:
            after.append((quantity - units, takers))
    return after
