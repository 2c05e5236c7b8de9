"""The answer by priority: optional offers come in one by one; who would make an earlier one fail is refused."""

from collections.abc import Sequence

from pricing.engine.bits import mask_of
from pricing.engine.computing import Computation, Failure, Outcome, compute
from pricing.engine.problem import Answer, Problem
from pricing.engine.stacking import too_many_coupons
from pricing.engine.taking import Segments


def answer_by_priority(problem: Problem, known: Answer | None = None) -> Answer | None:
    """Admit optional offers by priority and id, demanded ones first; None if the demands are not met.

    `known`: an answer that was found otherwise, if there is one; it only saves work.

    One more member only lowers nets, so whoever fails beside some members fails beside more of them. Therefore as many
    as possible are admitted at once, and the first one too many is found by halving; then one is tried, two, four,
    and so on. A budget is the exception, for lower nets may bring an offer back into it: then all are admitted singly.
    """
    queue, admitted = _queue(problem), _Admitted(problem, known)
    candidates = problem.table.candidates
    budgeted = [place for place in problem.optional if candidates[place].budget_left_cents is not None]
    singly = any(problem.bounds.budget_is_tight(place) for place in budgeted)
    at_once = 1 if singly else len(queue)
    while queue:
        refused = admitted.first_too_many(queue[:at_once])
        queue = queue[at_once if refused is None else refused + 1 :]
        at_once = 1 if singly or refused is not None else 2 * at_once
    answer = admitted.answer or problem.answer((), problem.settled.segments)
    return answer if problem.admits(answer) else None


def _queue(problem: Problem) -> list[int]:
    """Return all optional ones as they come in. Coupons of one offer stand by id already, and stay so."""
    candidates, wanted = problem.table.candidates, 0
    for demand in problem.demands:
        wanted |= demand.candidates
    queue = sorted((*problem.optional, *problem.adders), key=lambda place: candidates[place].compiled.seniority)
    return sorted(queue, key=lambda place: not wanted >> place & 1) if wanted else queue


class _Admitted:
    """Who is in so far, and what they took."""

    def __init__(self, problem: Problem, known: Answer | None) -> None:
        self.problem, self.known = problem, known
        self.order: list[int] = []
        self.members, self.segments = problem.settled.members, problem.settled.segments
        self.answer: Answer | None = None  # of those admitted so far
        self.judges: Answer | None = None  # the same, once somebody was refused

    def first_too_many(self, queue: Sequence[int]) -> int | None:
        """Admit from the queue until somebody fails; return who is refused, by place in the queue, or None."""
        order, steps = self._taken(queue)
        if not order:
            return None
        outcome = self._outcome(order, steps[-1])
        if outcome.failed is None:
            self._admit(order, steps[-1], outcome)
            return None
        fine, too_many = 0, len(order)  # so many may come in; so many may not
        best, failed = None, outcome.failed
        while too_many - fine > 1:
            half = (fine + too_many) // 2
            outcome = self._outcome(order[:half], steps[half])
            if outcome.failed:
                too_many, failed = half, outcome.failed
            else:
                fine, best = half, outcome
        if best:
            self._admit(order[:fine], steps[fine], best)
        self.judges = self.answer
        self._note(order[fine], failed)
        return queue.index(order[fine])

    def _note(self, refused: int, failed: Failure) -> None:
        """Remember who would fail if the refused one came in: it is asked again when the answer is explained."""
        if failed.place > refused:
            self.problem.broken_by[tuple(self.order), refused] = failed.place

    def _taken(self, queue: Sequence[int]) -> tuple[list[int], list[Segments]]:
        """Let them take one after the other; return those to whom something was open, and the segments after each."""
        table, order, members, steps = self.problem.table, [], self.members, [self.segments]
        alone = len(queue) == 1  # then it is computed at once
        for place in queue:
            if members & table.apart[place] or table.several_coupons and too_many_coupons(table, members | 1 << place):
                continue
            segments = self.problem.after(steps[-1], place)
            if segments is not None and (alone or self._may_stay(place, members, segments)):
                order.append(place)
                steps.append(segments)
                members |= 1 << place
        return order, steps

    def _may_stay(self, place: int, members: int, segments: Segments) -> bool:
        """Tell whether a newcomer meets its conditions at the highest prices that may come true."""
        if self.judges and len(segments.lines) == len(self.judges.segments.lines):
            run = Computation(self.problem.table, segments, self.problem.fees)
            if isinstance(run.join(place, self.judges.outcome), Failure):
                return False
        table, compiled = self.problem.table, self.problem.table.candidates[place].compiled
        if not compiled.takes_lines and members & ~table.takers:  # others may have left no fee
            on_fees = members & ~table.takers | 1 << place
            return compute(table, segments, self.problem.fees, on_fees).failed is None
        return not compiled.has_threshold or self.problem.bounds.may_apply(place, segments)

    def _outcome(self, order: Sequence[int], segments: Segments) -> Outcome:
        members, known = self.members | mask_of(order), self.known
        base = self.answer.outcome if self.answer and len(segments.lines) == len(self.segments.lines) else None
        if known and not known.members & ~members and known.segments == segments:
            base = known.outcome
        return compute(self.problem.table, segments, self.problem.fees, members, base)

    def _admit(self, order: Sequence[int], segments: Segments, outcome: Outcome) -> None:
        self.order += order
        self.members |= mask_of(order)
        self.segments = segments
        self.answer = Answer(tuple(self.order), self.members, segments, outcome)
