"""Settling: mandatory offers and item offers that stand in nobody's way are applied before anything is searched."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pricing.engine.bits import places
from pricing.engine.cart import ShippingFee
from pricing.engine.computing import Computation, Outcome, compute
from pricing.engine.reasons import Reason
from pricing.engine.stacking import Table
from pricing.engine.taking import Allowance, Segments, take, unit_saving_cents, untaken


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
    mandatory = [place for place in forced if table.candidates[place].offer.mandatory]
    items = [place for place in forced if not table.candidates[place].offer.mandatory]
    failed = _unmet_by_all(table, items)
    pairs = _pairs(table, [place for place in items if place not in failed])
    while True:
        out = dict(failed)
        segments, members = _take_mandatory(table, mandatory, out)
        if pairs:
            pairs = [pair for pair in pairs if pair[0] not in failed]
            segments, members = _take_by_line(table, pairs, segments, members)
        outcome = compute(table, segments, fees, members)
        if outcome.failed is None:
            return Settled(members, segments, outcome, out)
        failed[outcome.failed.place] = outcome.failed.reason


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


def _take_by_line(table: Table, pairs: list[tuple[int, int]], segments: Segments, members: int) -> tuple[Segments, int]:
    """Let the pairs take, one line at a time. Each line is a list of (units, takers)."""
    by_line: list[list[tuple[int, int]]] = [[] for _ in table.lines]
    for line, quantity, takers in zip(*segments, strict=True):
        by_line[line].append((quantity, takers))
    allowances: dict[int, Allowance] = {}
    for place, line in pairs:
        if members & table.apart[place]:
            continue
        allowance = None
        if table.candidates[place].is_limited:
            if place not in allowances:
                allowances[place] = Allowance(table, place, segments)
            allowance = allowances[place]
        after = _taken_on_line(by_line[line], (line, 1 << place, table.shuns[place] | 1 << place), allowance)
        if after != by_line[line]:
            by_line[line], members = after, members | 1 << place
    entries = [(line, quantity, takers) for line, parts in enumerate(by_line) for quantity, takers in parts]
    lines, quantities, all_takers = zip(*entries, strict=True)
    return Segments(lines, quantities, list(all_takers)), members


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
