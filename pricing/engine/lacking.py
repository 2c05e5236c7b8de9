"""Lacking: everything that keeps an offer from applying, where it is only that too little is bought."""

from collections.abc import Iterator
from typing import NamedTuple

from pricing.engine.candidates import Candidate
from pricing.engine.computing import Failure
from pricing.engine.reasons import Reason
from pricing.engine.scope import Scope


class Missing(NamedTuple):
    """What is missing, of the goods that the offer takes or, if `scope` is given, of those that a condition counts."""

    cents: int
    pieces: int
    scope: Scope | None = None


def missing_of(candidate: Candidate, failure: Failure) -> Missing | None:
    """Return what to buy of one scope so that the candidate lacks nothing; None if one purchase is not enough."""
    lacks = list(_lacks(candidate, failure))
    cents = [int(reason.figures.get("missing_cents", 0)) for _, reason in lacks]
    pieces = [int(reason.figures.get("missing_pieces", 0)) for _, reason in lacks]
    scopes = {scope for scope, _ in lacks}
    if len(scopes) != 1 or not all(map(max, cents, pieces)):
        return None
    return Missing(max(cents), max(pieces), scopes.pop())


def _lacks(candidate: Candidate, failure: Failure) -> Iterator[tuple[Scope | None, Reason]]:
    """Yield every condition that is not met, by the scope that it counts; None = what the offer takes."""
    if reason := candidate.offer.benefit.unmet(failure.lines):
        yield None, reason
    for condition, counted in candidate.conditions:
        seen = failure.lines if counted is None else failure.run.counted(candidate, counted)
        if reason := condition.unmet_by_lines(seen):
            yield condition.counted_scope(), reason


def reason_of(candidate: Candidate, failure: Failure) -> Reason:
    """Return why the candidate failed, with all that is missing where several of its conditions ask for more."""
    missing = missing_of(candidate, failure) if failure.reason.code == "below_threshold" else None
    if missing is None:
        return failure.reason
    figures = {"missing_cents": missing.cents, "missing_pieces": missing.pieces}
    return Reason(
        failure.reason.code,
        {**failure.reason.figures, **{name: figure for name, figure in figures.items() if figure}},
    )
