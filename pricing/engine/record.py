"""The record of a search: the best answer so far, the work that is left, and what may have been missed."""

from pricing.engine.priority import answer_by_priority
from pricing.engine.problem import Answer, Problem, preference


class Record:
    """The best answer so far, the work that is left, and what may have been missed."""

    def __init__(self, problem: Problem, node_budget: int) -> None:
        self.problem = problem
        self.nodes_left = node_budget
        self.best: Answer | None = None
        self.best_cents = -1
        self.missed_cents = -1

    def offer(self, answer: Answer) -> None:
        """Keep an answer if it is admissible and better: by saving, equal savings by what `preference` says."""
        if answer.saving_cents < self.best_cents or not self.problem.admits(answer):
            return
        self.nodes_left -= len(self.problem.adders)
        answer = self.problem.completed(answer)
        if self.best is None or answer.saving_cents > self.best_cents or self._is_preferred(answer, self.best):
            self.best, self.best_cents = answer, answer.saving_cents

    def miss(self, cents: int) -> None:
        """Note that answers that save so much were perhaps not seen."""
        self.missed_cents = max(self.missed_cents, cents)

    @property
    def is_exhaustive(self) -> bool:
        """Whether nothing was missed that could be as good as what was found, or, if nothing was, anything at all."""
        return self.missed_cents < max(self.best_cents, 0)

    def answer(self) -> Answer | None:
        """Return the best answer with its bound; where not all was seen, it is never worse than that by priority."""
        if self.best and self.missed_cents < self.best_cents:
            return self.best
        by_priority = answer_by_priority(self.problem, self.best)
        if by_priority:
            self.offer(by_priority)
        if self.best is None:
            return None
        missing_cents = min(self.missed_cents - self.best_cents, self.problem.room_cents(self.best))
        return self.best._replace(optimal=missing_cents <= 0, bound_cents=max(0, missing_cents))

    def _is_preferred(self, answer: Answer, to: Answer) -> bool:
        if answer.members == to.members and answer.segments == to.segments and to.segments.is_whole:
            return False  # they are the same but for orders that make no difference
        return preference(self.problem.table, answer) < preference(self.problem.table, to)
