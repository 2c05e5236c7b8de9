"""The best admissible combination: a set of optional offers and an order in which they take.

Exact: depth first over taking orders, one of each family that differs only by neighbours whom it does not matter
(`_is_normal`), leaving out what a bound shows to save less than the best found. A candidate's bound is its discount on
what it took at settled prices, which nothing can exceed: every other offer only lowers nets. Work is counted in nodes,
not seconds, so the answer is the same on any machine.
"""

from pricing.engine.bits import places
from pricing.engine.compounding import Compounding
from pricing.engine.headroom import Headroom
from pricing.engine.priority import answer_by_priority
from pricing.engine.problem import Answer, Problem, preference
from pricing.engine.stacking import too_many_coupons
from pricing.engine.taking import Segments

DEEPEST = 400
LARGE_NODE = 10  # so many offers or lines to look at count as one more node: the budget bounds the time


def best_answer(problem: Problem, node_budget: int) -> Answer | None:
    """Return the best answer, proved or with a bound of what could be missing; None if no answer meets the demands."""
    search = _Search(problem, node_budget)
    search.run()
    if not search.ended_early:
        return search.best
    by_priority = answer_by_priority(problem)
    best = by_priority if by_priority and search.is_better(by_priority) else search.best
    if best is None:
        return None
    missing_cents = min(search.missed_cents - best.outcome.saving_cents, problem.room_cents(best))
    return Answer(best.order, best.members, best.segments, best.outcome, missing_cents <= 0, max(0, missing_cents))


class _Search:
    """One search with its best answer so far. Sets of candidates are bit masks."""

    def __init__(self, problem: Problem, node_budget: int) -> None:
        self.problem, self.table = problem, problem.table
        self.bounds = problem.bounds
        self.nodes_left = node_budget
        self.best: Answer | None = None
        self.best_cents = -1
        self.missed_cents = -1

    @property
    def ended_early(self) -> bool:
        """Whether something was left unvisited for want of nodes."""
        return self.missed_cents >= 0

    def run(self) -> None:
        """Search everything that the bound does not rule out."""
        found = {place: self.bounds.wherever(place) for place in self.problem.optional}
        at_most = {place: cents for place, cents in found.items() if cents is not None}
        among = sum(1 << place for place in at_most)
        alone = sum(1 << place for place in at_most if not self.table.clashes[place] & among)
        self.ranked = sorted(at_most, key=lambda place: (not alone >> place & 1, -at_most[place], place))
        self.rank = {place: rank for rank, place in enumerate(self.ranked)}
        self.at_most, self.leaves_open = at_most, self._leaves_open(among, alone)
        self.headroom = Headroom(self.table, self.bounds, at_most)
        self.compounding = Compounding(self.table, self.bounds, at_most)
        settled = self.problem.settled
        self._visit((), settled.members, settled.segments, self.bounds.settled_cents, among)

    def _leaves_open(self, among: int, alone: int) -> dict[int, int]:
        """Return who may follow each: not those apart, and of those who clash with nobody only the later ones."""
        passed, leaves_open = 0, {}
        for place in self.ranked:
            passed |= 1 << place & alone
            leaves_open[place] = among & ~(self.table.apart[place] | passed | 1 << place)
        return leaves_open

    def _visit(self, order: tuple[int, ...], members: int, segments: Segments, bound_cents: int, open_to: int) -> None:
        """Try every candidate as the next taker, then the answer as it stands."""
        self.nodes_left -= (
            1 + (open_to.bit_count() + len(segments.lines) * (1 + members.bit_count() // 8)) // LARGE_NODE
        )
        limit_cents = self._limit_cents(members, segments, bound_cents, open_to)
        for place in self.ranked:
            if limit_cents < self.best_cents:
                return
            if not open_to >> place & 1 or not self._is_normal(order, place):
                continue
            if self.table.several_coupons and too_many_coupons(self.table, members | 1 << place):
                continue
            if self.nodes_left <= 0 or len(order) >= DEEPEST:
                self.missed_cents = max(self.missed_cents, limit_cents)
                break
            after = self.problem.after(segments, place)
            mine_cents = None if after is None else self._at_most(place, members, after)
            if after is not None and mine_cents is not None:
                bit = 1 << place
                self._visit(
                    (*order, place), members | bit, after, bound_cents + mine_cents, open_to & self.leaves_open[place]
                )
        if bound_cents >= self.best_cents:
            answer = self.problem.answer(order, segments)
            if answer.saving_cents >= self.best_cents and self.problem.admits(answer):
                self._keep_if_better(self.problem.completed(answer))

    def _keep_if_better(self, answer: Answer) -> None:
        self.nodes_left -= len(self.problem.adders)
        if self.is_better(answer):
            self.best, self.best_cents = answer, answer.saving_cents

    def _limit_cents(self, members: int, segments: Segments, bound_cents: int, open_to: int) -> int:
        """Return a bound of every answer that continues this one: with each rate counted alone, or all multiplied."""
        limit_cents = bound_cents + self.headroom.cents(segments, open_to)
        rated = self.compounding.rated
        if limit_cents < self.best_cents or (rated & (open_to | members)).bit_count() < 2:
            return limit_cents
        alone_cents = sum([self.at_most[place] for place in places(members & ~self.problem.settled.members & ~rated)])
        others_cents = self.bounds.settled_cents + alone_cents + self.headroom.cents(segments, open_to & ~rated)
        return min(limit_cents, others_cents + self.compounding.cents(segments, members, open_to))

    def _at_most(self, place: int, members: int, after: Segments) -> int | None:
        """Return a bound of the candidate's discount on what it took; None if it can give nothing there."""
        if self.table.candidates[place].is_limited or members & self.table.clashes[place]:
            return self.bounds.of(place, after)
        return self.at_most[place]

    def _is_normal(self, order: tuple[int, ...], place: int) -> bool:
        """Tell whether the order stays the first of its family: no later-ranked neighbour could stand behind."""
        clashes, rank = self.table.clashes[place], self.rank[place]
        for before in reversed(order):
            if clashes >> before & 1:
                return True
            if self.rank[before] > rank:
                return False
        return True

    def is_better(self, answer: Answer) -> bool:
        """Compare by saving; equal savings by what `preference` says."""
        if self.best is None or answer.outcome.saving_cents != self.best_cents:
            return answer.outcome.saving_cents > self.best_cents
        return preference(self.table, answer) < preference(self.table, self.best)
