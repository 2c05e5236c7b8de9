"""Explaining: why a candidate is not part of the answer."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from pricing.engine.answer import NotApplied
from pricing.engine.bits import places
from pricing.engine.computing import Computation, Failure, Given, compute
from pricing.engine.lacking import reason_of
from pricing.engine.problem import Answer, Problem
from pricing.engine.reasons import Reason


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
        return _verdict_on_settled(problem, answer, place)
    if not problem.table.candidates[place].lines:
        return Verdict(Reason("not_chosen_by_shopper"))
    broken = problem.broken_by.get((answer.order, place))
    if broken is not None:
        return Verdict(_kept_out(problem, place, broken, by_priority=by_priority))
    candidate, rivals = problem.table.candidates[place], answer.members & problem.table.apart[place]
    run = None if rivals else problem.beside(place, answer)
    if run:
        joined = run.give(place, candidate)
        if isinstance(joined, Failure):
            return Verdict(reason_of(candidate, joined), joined)
        return Verdict(_kept_out(problem, place, _broken_by(problem, answer, run, joined), by_priority=by_priority))
    alone = problem.joining(place, problem.settled)
    if isinstance(alone, Failure):
        return Verdict(reason_of(candidate, alone))
    rival = next(places(rivals or _blockers(problem, answer, place)), None)
    return Verdict(_kept_out(problem, place, rival, by_priority=by_priority))


def _verdict_on_settled(problem: Problem, answer: Answer, place: int) -> Verdict:
    """Judge who would apply without being searched, but fails: what is missing is looked at beside the answer."""
    reason = problem.settled.out[place]
    joined = problem.joining(place, answer) if reason.code == "below_threshold" else None
    if not isinstance(joined, Failure) or joined.reason.code != reason.code:
        return Verdict(reason)
    return Verdict(reason_of(problem.table.candidates[place], joined), joined)


def _broken_by(problem: Problem, answer: Answer, run: Computation, joined: Given) -> int | None:
    """Return who would fail if somebody joined the answer who could; `run` stands where that is."""
    candidates = problem.table.candidates
    is_split = len(run.segments.lines) > len(answer.segments.lines)  # then the steps look different from the first on
    if is_split or any(candidates[given.place].compiled.only_counts for given in run.given):
        members = answer.members | 1 << joined.place
        failed = compute(problem.table, run.segments, problem.fees, members).failed
    else:
        failed = run.go_on(joined, answer.members)
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


def refusals(
    problem: Problem, judged: Mapping[int, Verdict], turned_away: Sequence[NotApplied], used: Set[str]
) -> list[NotApplied]:
    """Return everybody who does not apply with the reason. `used`: the offers that do.

    A spare coupon was turned away for its twin; if the twin is not used either, both have the twin's reason.
    """
    candidates = problem.table.candidates
    refused = [
        NotApplied(candidates[place].offer.id, candidates[place].coupon_id, verdict.reason)
        for place, verdict in judged.items()
    ]
    of_twin = {row.offer: row.reason for row in refused if row.coupon and row.offer not in used}
    return refused + [
        replace(row, reason=of_twin[row.offer]) if row.offer in of_twin and _is_spare(row) else row
        for row in turned_away
    ]


def _is_spare(row: NotApplied) -> bool:
    return row.coupon is not None and row.reason.figures.get("offer") == row.offer
