"""Gains: what more of which goods would make an offer give more, and how much more it then gives.

Nothing is promised that does not come true: a floor is a floor, further goods in the item layer count for nothing, and
if several things are missing all of them are said. What other offers then give is not looked at.
"""

from collections.abc import Mapping, Sequence

from pricing.engine.allocation import split_within
from pricing.engine.answer import Gain
from pricing.engine.candidates import Candidate
from pricing.engine.computing import GIVERS, Computation, Failure, Given
from pricing.engine.explaining import Verdict
from pricing.engine.lacking import Missing, missing_of
from pricing.engine.layers import Layer
from pricing.engine.problem import Answer, Problem
from pricing.engine.rules import Lines


def nearest_gains(problem: Problem, answer: Answer, judged: Mapping[int, Verdict]) -> tuple[Gain, ...]:
    """Return the nearest gain of each offer, the least missing first."""
    found = [_more_of(problem, answer, given) for given in answer.outcome.given]
    found += [
        _first_of(problem.table.candidates[place], verdict.failure)
        for place, verdict in judged.items()
        if verdict.failure and verdict.failure.reason.code in ("below_threshold", "condition")
    ]
    gains = [gain for gain in found if gain and (gain.gain_cents > 0 or gain.added_cents > 0)]
    return tuple(sorted(gains, key=_rank))


def _rank(gain: Gain) -> tuple[int, int, int, int, str, str]:
    worth = (-gain.gain_cents, -gain.added_cents)
    return (gain.missing_cents, gain.missing_pieces, *worth, gain.offer, gain.coupon or "")


def _more_of(problem: Problem, answer: Answer, given: Given) -> Gain | None:
    """Return the next tier of an offer that applied."""
    candidate = problem.table.candidates[given.place]
    benefit = candidate.offer.benefit
    higher = benefit.next_tier(given.lines)
    if higher is None:
        return None
    grown = higher.grown or benefit.grown(given.lines, higher.missing_cents, higher.missing_pieces)
    off_cents = min(higher.off_cents, grown.total_cents)
    if problem.table.has_floors:
        run = Computation(problem.table, answer.segments, problem.fees)
        run.stand_before(given.place, answer.outcome)
        off_cents = min(off_cents, _carried(run, candidate, given.entries, grown))
    added_cents = 0
    if not benefit.TAKES_LINES:
        added_cents = benefit.adds(grown, candidate.shelf).value_cents - given.added.value_cents
    missing = Missing(higher.missing_cents, higher.missing_pieces)
    return _gain(candidate, missing, off_cents - given.cents, added_cents, now_cents=given.cents)


def _first_of(candidate: Candidate, failure: Failure) -> Gain | None:
    """Return what an offer would give once all is met that it lacks; None if one purchase would not be enough."""
    missing, benefit = missing_of(candidate, failure), candidate.offer.benefit
    if missing is None:
        return None
    lines = failure.lines
    if missing.scope is None:
        lines = benefit.grown(lines, missing.cents, missing.pieces)
    off_cents = _carried(failure.run, candidate, failure.run.taken(failure.place, candidate), lines)
    return _gain(candidate, missing, off_cents, benefit.adds(lines, candidate.shelf).value_cents)


def _carried(run: Computation, candidate: Candidate, entries: Sequence[int], lines: Lines) -> int:
    """Return what the offer would give on these lines: those it took, perhaps more of them, and further ones."""
    if candidate.offer.layer in (Layer.ITEM, Layer.SHIPPING):
        _, _, parts = GIVERS[candidate.offer.layer](run, candidate, entries, run.lines_of(candidate, entries))
        return sum(parts)
    off = candidate.offer.benefit.off(lines)
    if not run.table.has_floors or candidate.offer.benefit.BELOW_FLOORS:
        return off.cents
    rooms = list(lines.nets)
    for place, entry in enumerate(entries):
        rooms[place] -= run.nets[entry] - run.room(entry)
    if off.parts is not None:
        return sum([min(part, room) for part, room in zip(off.parts, rooms, strict=True)])
    return sum(split_within(off.cents, off.weights or lines.nets, rooms, fixed=off.fixed))


def _gain(candidate: Candidate, missing: Missing, gain_cents: int, added_cents: int, *, now_cents: int = 0) -> Gain:
    return Gain(
        offer=candidate.offer.id,
        coupon=candidate.coupon_id,
        missing_cents=missing.cents,
        missing_pieces=missing.pieces,
        gain_cents=gain_cents,
        now_cents=now_cents,
        added_cents=added_cents,
        scope=missing.scope,
    )
