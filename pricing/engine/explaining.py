"""Explaining: why a candidate is not part of the answer, and what is missing for more."""

from collections.abc import Mapping
from dataclasses import dataclass

from pricing.engine.answer import Gain, NotApplied
from pricing.engine.bits import places
from pricing.engine.candidates import Candidate
from pricing.engine.computing import Failure, Given, compute
from pricing.engine.layers import Layer
from pricing.engine.problem import Answer, Problem
from pricing.engine.reasons import Reason
from pricing.engine.rules import NextTier


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a candidate is not in the answer; `failure`: what it saw when only its own rules kept it out."""

    reason: Reason
    failure: Failure | None = None


def verdict_on(problem: Problem, answer: Answer, place: int, *, by_priority: bool) -> Verdict:
    """Judge a candidate that is not in the answer.

    What it lacks on its own comes first, then who keeps it out, then that another combination is better.
    """
    if place in problem.settled.out:
        return Verdict(problem.settled.out[place])
    if not problem.table.candidates[place].lines:
        return Verdict(Reason("not_chosen_by_shopper"))
    rivals = answer.members & problem.table.apart[place]
    joined = None if rivals else problem.joining(place, answer)
    if isinstance(joined, Failure):
        return Verdict(joined.reason, joined)
    if joined is not None:
        return Verdict(_kept_out(problem, place, _broken_by(problem, answer, place), by_priority=by_priority))
    alone = problem.joining(place, problem.settled)
    if isinstance(alone, Failure):
        return Verdict(alone.reason)
    rival = next(places(rivals or _blockers(problem, answer, place)), None)
    return Verdict(_kept_out(problem, place, rival, by_priority=by_priority))


def _broken_by(problem: Problem, answer: Answer, place: int) -> int | None:
    """Return who would fail if the candidate joined the answer."""
    segments = problem.after(answer.segments, place)
    assert segments is not None, "something is open to whoever can join"
    failed = compute(problem.table, segments, problem.fees, answer.members | 1 << place).failed
    return failed.place if failed else None


def _blockers(problem: Problem, answer: Answer, place: int) -> int:
    """Return those who took a line that the candidate would have taken."""
    candidate, shuns, takers = problem.table.candidates[place], problem.table.shuns[place], answer.segments.takers
    met = (takers[entry] & shuns for entry in answer.segments.of(candidate))
    return next((blockers for blockers in met if blockers), 0)


def _kept_out(problem: Problem, place: int, rival: int | None, *, by_priority: bool) -> Reason:
    """Return the reason that names who is there instead."""
    if rival is None:
        return Reason("better_combination")
    mine, theirs = problem.table.candidates[place].offer, problem.table.candidates[rival].offer
    if mine.group is not None and mine.group == theirs.group:
        return Reason("group", {"offer": theirs.id})
    if mine.always_applied and theirs.always_applied:  # the lower unit price won
        return Reason("better_combination", {"offer": theirs.id})
    settled = problem.settled.members >> rival & 1
    return Reason("excluded_by" if by_priority or settled else "better_combination", {"offer": theirs.id})


def verdicts(problem: Problem, answer: Answer, *, by_priority: bool) -> dict[int, Verdict]:
    """Judge every candidate that is not in the answer."""
    return {
        place: verdict_on(problem, answer, place, by_priority=by_priority)
        for place in range(len(problem.table.candidates))
        if not answer.members >> place & 1
    }


def refusals(problem: Problem, judged: Mapping[int, Verdict]) -> list[NotApplied]:
    """Return every candidate that is not in the answer, with its reason."""
    candidates = problem.table.candidates
    return [
        NotApplied(candidates[place].offer.id, candidates[place].coupon_id, verdict.reason)
        for place, verdict in judged.items()
    ]


def nearest_gains(problem: Problem, answer: Answer, judged: Mapping[int, Verdict]) -> tuple[Gain, ...]:
    """Return what is missing for the next tier of each offer, the least missing first."""
    candidates = problem.table.candidates
    gains = [_more_of(candidates[given.place], given) for given in answer.outcome.given]
    gains += [
        _first_of(problem, candidates[place], verdict.failure)
        for place, verdict in judged.items()
        if verdict.failure and verdict.reason.code == "below_threshold"
    ]
    found = [gain for gain in gains if gain and (gain.gain_cents > 0 or gain.added_cents > 0)]
    return tuple(
        sorted(
            found,
            key=lambda gain: (
                gain.missing_cents,
                gain.missing_pieces,
                -gain.gain_cents,
                -gain.added_cents,
                gain.offer,
                gain.coupon or "",
            ),
        )
    )


def _more_of(candidate: Candidate, given: Given) -> Gain | None:
    """Return the next tier of an offer that applied."""
    higher = candidate.offer.benefit.next_tier(given.lines)
    if higher is None:
        return None
    lines = candidate.offer.benefit.grown(given.lines, higher.missing_cents, higher.missing_pieces)
    added = candidate.offer.benefit.adds(lines, candidate.shelf)
    return _gain(candidate, higher, given.cents, added.value_cents - given.added.value_cents)


def _first_of(problem: Problem, candidate: Candidate, failed: Failure) -> Gain:
    """Return what an offer would give once its threshold is reached."""
    missing_cents = int(failed.reason.figures.get("missing_cents", 0))
    missing_pieces = int(failed.reason.figures.get("missing_pieces", 0))
    added_cents = 0
    if candidate.offer.layer is Layer.SHIPPING:
        off_cents = problem.bounds.of_fees(candidate)
    else:
        lines = failed.lines
        if _lacks_own_goods(candidate, failed):
            lines = candidate.offer.benefit.grown(lines, missing_cents, missing_pieces)
        off_cents = candidate.offer.benefit.off(lines).cents
        added_cents = candidate.offer.benefit.adds(lines, candidate.shelf).value_cents
    return _gain(candidate, NextTier(off_cents, missing_cents, missing_pieces), 0, added_cents)


def _lacks_own_goods(candidate: Candidate, failed: Failure) -> bool:
    """Tell whether more of what the offer takes is missing, not more of other goods that it counts."""
    own = [rule.unmet_by_lines(failed.lines) for rule, counted in candidate.conditions if counted is None]
    return failed.reason in (*own, candidate.offer.benefit.unmet(failed.lines))


def _gain(candidate: Candidate, higher: NextTier, now_cents: int, added_cents: int) -> Gain:
    return Gain(
        offer=candidate.offer.id,
        coupon=candidate.coupon_id,
        missing_cents=higher.missing_cents,
        missing_pieces=higher.missing_pieces,
        gain_cents=higher.off_cents - now_cents,
        now_cents=now_cents,
        added_cents=added_cents,
    )
