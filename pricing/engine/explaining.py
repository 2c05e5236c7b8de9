"""Explaining: why a candidate is not part of the answer, and what is missing for more."""

from pricing.engine.answer import Gain, NotApplied
from pricing.engine.bounds import Bounds
from pricing.engine.candidates import Candidate
from pricing.engine.computing import Failure, Given
from pricing.engine.layers import Layer
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines, NextTier
from pricing.engine.search import Answer, Problem
from pricing.engine.stacking import places


def why_not(problem: Problem, answer: Answer, place: int, *, by_priority: bool) -> Reason:
    """Return why a candidate is not in the answer.

    What it lacks on its own comes first, then who keeps it out, then that another combination is better.
    """
    table, settled = problem.table, problem.settled
    if place in settled.out:
        return settled.out[place]
    if alone := _fails_alone(problem, place):
        return alone
    if rivals := answer.members & table.apart[place]:
        return _kept_out(problem, place, next(places(rivals)), by_priority=by_priority)
    segments = problem.after(answer.segments, place)
    if segments is None:
        mine, shuns = table.candidates[place].lines, table.shuns[place]
        blockers = next(segment.takers & shuns for segment in answer.segments
                        if segment.line in mine and segment.takers & shuns)
        return _kept_out(problem, place, next(places(blockers)), by_priority=by_priority)
    failed = problem.answer((*answer.order, place), segments).outcome.failed
    if failed and failed.place == place:
        return failed.reason
    return _kept_out(problem, place, failed.place if failed else None, by_priority=by_priority)


def _fails_alone(problem: Problem, place: int) -> Reason | None:
    """Return why the candidate would not apply even if no optional offer stood beside it."""
    segments = problem.after(problem.settled.segments, place)
    if segments is None:
        return None
    failed = problem.answer((place,), segments).outcome.failed
    return failed.reason if failed and failed.place == place else None


def _kept_out(problem: Problem, place: int, rival: int | None, *, by_priority: bool) -> Reason:
    """Return the reason that names who is there instead."""
    if rival is None:
        return Reason("better_combination")
    mine, theirs = problem.table.candidates[place].offer, problem.table.candidates[rival].offer
    if mine.group is not None and mine.group == theirs.group:
        return Reason("group", {"offer": theirs.id})
    settled = problem.settled.members >> rival & 1
    return Reason("excluded_by" if by_priority or settled else "better_combination", {"offer": theirs.id})


def refusals(problem: Problem, answer: Answer, *, by_priority: bool) -> list[NotApplied]:
    """Return every candidate that is not in the answer, with its reason."""
    return [
        NotApplied(candidate.offer.id, candidate.coupon_id, why_not(problem, answer, place, by_priority=by_priority))
        for place, candidate in enumerate(problem.table.candidates)
        if not answer.members >> place & 1
    ]


def nearest_gains(problem: Problem, answer: Answer) -> tuple[Gain, ...]:
    """Return what is missing for the next tier of each offer, the least missing first."""
    table = problem.table
    gains = [_more_of(table.candidates[given.place], given) for given in answer.outcome.given]
    for place, candidate in enumerate(table.candidates):
        if not answer.members & (table.apart[place] | 1 << place) and place not in problem.settled.out:
            segments = problem.after(answer.segments, place)
            failed = segments and problem.answer((*answer.order, place), segments).outcome.failed
            if failed and failed.place == place and failed.reason.code == "below_threshold":
                gains.append(_first_of(problem, candidate, failed))
    found = [gain for gain in gains if gain and gain.gain_cents > 0]
    return tuple(sorted(found, key=lambda gain: (gain.missing_cents, gain.missing_pieces, -gain.gain_cents, gain.offer,
                                                 gain.coupon or "")))


def _more_of(candidate: Candidate, given: Given) -> Gain | None:
    """Return the next tier of an offer that applied."""
    higher = candidate.offer.benefit.next_tier(given.lines)
    return _gain(candidate, higher, given.cents) if higher else None


def _first_of(problem: Problem, candidate: Candidate, failed: Failure) -> Gain:
    """Return what an offer would give once its threshold is reached."""
    missing_cents = int(failed.reason.figures.get("missing_cents", 0))
    missing_pieces = int(failed.reason.figures.get("missing_pieces", 0))
    if candidate.offer.layer is Layer.SHIPPING:
        off_cents = Bounds(problem.table, problem.settled, problem.fees).of_fees(candidate)
    else:
        off_cents = candidate.offer.benefit.off(_grown(failed.lines, missing_cents, missing_pieces)).cents
    return _gain(candidate, NextTier(off_cents, missing_cents, missing_pieces), 0)


def _grown(lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
    """Return the lines with what is missing as one more."""
    return Lines(
        nets=(*lines.nets, missing_cents),
        bases=(*lines.bases, missing_cents),
        quantities=(*lines.quantities, missing_pieces),
    )


def _gain(candidate: Candidate, higher: NextTier, now_cents: int) -> Gain:
    return Gain(
        offer=candidate.offer.id,
        coupon=candidate.coupon_id,
        missing_cents=higher.missing_cents,
        missing_pieces=higher.missing_pieces,
        gain_cents=higher.off_cents - now_cents,
        now_cents=now_cents,
    )
