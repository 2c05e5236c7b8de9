"""Settling: mandatory offers and item offers that stand in nobody's way are applied before anything is searched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pricing.engine.cart import ShippingFee
from pricing.engine.computing import Computation, Outcome, compute, in_order_of_computing
from pricing.engine.reasons import Reason
from pricing.engine.stacking import Table, places
from pricing.engine.taking import Allowance, Segment, take, unit_saving_cents, untaken


@dataclass(frozen=True, slots=True)
class Settled:
    """Who applies in every answer, what they took, and why others that should are out."""

    members: int
    segments: list[Segment]
    outcome: Outcome
    out: Mapping[int, Reason]


def settle(table: Table, fees: Sequence[ShippingFee]) -> Settled:
    """Settle. Mandatory offers take first; then per line the lowest unit price, higher priority, id.

    Whoever fails its conditions or budget is out, and all is settled anew.
    """
    forced = [
        place
        for place, candidate in enumerate(table.candidates)
        if candidate.offer.always_applied and candidate.coupon is None
    ]
    mandatory = in_order_of_computing(table, [p for p in forced if table.candidates[p].offer.mandatory])
    pairs = _pairs(table, [p for p in forced if not table.candidates[p].offer.mandatory])
    failed = _unmet_by_all(table, {place for place, _ in pairs})
    while True:
        out = dict(failed)
        segments, members = _take_mandatory(table, mandatory, out)
        segments, members = _take_by_line(table, [pair for pair in pairs if pair[0] not in out], segments, members)
        outcome = compute(table, segments, fees, places(members))
        if outcome.failed is None:
            return Settled(members, segments, outcome, out)
        failed[outcome.failed.place] = outcome.failed.reason


def _unmet_by_all(table: Table, items: Iterable[int]) -> dict[int, Reason]:
    """Return whose conditions are not met even by all their lines at list price: no need to settle to find out."""
    start = Computation(table, untaken(table), ())
    out = {}
    for place in items:
        candidate = table.candidates[place]
        if candidate.conditions:
            mine = sorted(candidate.lines)
            if reason := start.unmet(candidate, mine, start.lines_of(candidate, mine)):
                out[place] = reason
    return out


def _take_mandatory(table: Table, mandatory: list[int], out: dict[int, Reason]) -> tuple[list[Segment], int]:
    segments, members = untaken(table), 0
    for place in mandatory:
        if place in out:
            continue
        rivals = members & table.apart[place]
        taken = None if rivals else take(table, segments, place) if table.candidates[place].takes_lines else segments
        if taken is None:
            rival = next(places(rivals or members & table.shuns[place]), place)
            out[place] = Reason("excluded_by", {"offer": table.candidates[rival].offer.id})
            continue
        segments, members = taken, members | 1 << place
    return segments, members


def _pairs(table: Table, items: list[int]) -> list[tuple[int, int]]:
    """Return (candidate, line) pairs: the largest saving of a unit first, then priority, id and line key."""
    ranked = []
    for place in items:
        candidate = table.candidates[place]
        for line in candidate.lines:
            saving_cents = unit_saving_cents(table, candidate, line)
            if saving_cents:
                ranked.append((-saving_cents, -candidate.offer.priority, candidate.id, line, place))
    return [(place, line) for _, _, _, line, place in sorted(ranked)]


def _take_by_line(
    table: Table, pairs: list[tuple[int, int]], segments: list[Segment], members: int
) -> tuple[list[Segment], int]:
    """Let the pairs take, one line at a time."""
    by_line: list[list[Segment]] = [[] for _ in table.lines]
    for segment in segments:
        by_line[segment.line].append(segment)
    allowances: dict[int, Allowance] = {}
    for place, line in pairs:
        if members & table.apart[place]:
            continue
        candidate = table.candidates[place]
        if candidate.is_limited and place not in allowances:
            allowances[place] = Allowance(table, place, segments)
        taken = take(table, by_line[line], place, allowances.get(place))
        if taken:
            by_line[line], members = taken, members | 1 << place
    return [segment for line_segments in by_line for segment in line_segments], members
