"""The best admissible combination: a set of optional offers and an order in which they take.

Exact: depth first over taking orders, one of each family that differs only by neighbours whom it does not matter
(`_is_normal`), leaving out what a bound shows to save less than the best found. A candidate's bound is its discount on
what it took at settled prices, which nothing can exceed: every other offer only lowers nets. Work is counted in nodes,
not seconds, so the answer is the same on any machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pricing.engine.bounds import Bounds
from pricing.engine.cart import ShippingFee
from pricing.engine.compounding import Compounding
from pricing.engine.computing import Outcome, compute
from pricing.engine.demands import Demand
from pricing.engine.headroom import Headroom
from pricing.engine.settling import Settled
from pricing.engine.stacking import Table, places, too_many_coupons
from pricing.engine.taking import Segment, take

DEEPEST = 400
LARGE_NODE = 10  # so many offers or lines to look at count as one more node: the budget bounds the time


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to price the cart: the optional offers in their taking order, what everybody took, what it comes to."""

    order: tuple[int, ...]
    members: int
    segments: list[Segment]
    outcome: Outcome
    optimal: bool = True
    bound_cents: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be answered: the candidates, what is settled, who may be added, and what the shopper demands.

    `adders` (gifts and rewards) change nothing for others, so they are not searched: whoever can, joins an answer.
    """

    table: Table
    settled: Settled
    fees: Sequence[ShippingFee]
    optional: tuple[int, ...]
    demands: tuple[Demand, ...] = ()
    adders: tuple[int, ...] = ()

    def answer(self, order: tuple[int, ...], segments: list[Segment]) -> Answer:
        """Compute what the settled offers and these optional ones come to."""
        members = self.settled.members | sum(1 << place for place in order)
        outcome = compute(self.table, segments, self.fees, places(members))
        return Answer(order, members, segments, outcome)

    def with_one_more(self, answer: Answer, place: int) -> Answer | None:
        """Compute an admissible answer with one more taker, from where it comes in; None if nothing is open to it."""
        segments = self.after(answer.segments, place)
        if segments is None:
            return None
        members = answer.members | 1 << place
        same = len(segments) == len(answer.segments) and not self._is_counted_out(answer, place)
        base = answer.outcome if same else None
        outcome = compute(self.table, segments, self.fees, places(members), base)
        return Answer((*answer.order, place), members, segments, outcome)

    def _is_counted_out(self, answer: Answer, place: int) -> bool:
        """Tell whether somebody who only counts lines, such as a gift, counts fewer once the newcomer took."""
        counting = [given.place for given in answer.outcome.given if not self.table.candidates[given.place].takes_lines]
        return any(self.table.shuns[other] >> place & 1 for other in counting)

    def completed(self, answer: Answer) -> Answer:
        """Return the answer with all gifts and rewards that can join it; of those apart the preferred ones."""
        able = [grown for place in self.adders if (grown := self._joined(answer, place))]
        able.sort(key=lambda grown: preference(self.table, grown))
        complete = answer
        for place in [grown.order[-1] for grown in able]:
            if self.table.candidates[place].offer.exclusive != "order":
                complete = self._joined(complete, place) or complete
        return min((complete, *able), key=lambda found: preference(self.table, found))

    def _joined(self, answer: Answer, place: int) -> Answer | None:
        """Return the answer with a gift or reward, if it may and can join."""
        grown = None if answer.members & self.table.apart[place] else self.with_one_more(answer, place)
        return grown if grown and grown.outcome.failed is None else None

    def after(self, segments: list[Segment], place: int) -> list[Segment] | None:
        """Return the segments once the candidate took; None if nothing is open to it."""
        return take(self.table, segments, place) if self.table.candidates[place].takes_lines else segments

    def room_cents(self, answer: Answer) -> int:
        """Return what an answer leaves above the floors and of the fees: nothing saves more than that."""
        floors = sum(self.table.floors[line] * quantity for line, quantity, _ in answer.segments)
        return sum(answer.outcome.nets) - floors + sum(answer.outcome.fees)

    def admits(self, answer: Answer) -> bool:
        """Tell whether the answer keeps every rule and every demand."""
        return (
            answer.outcome.failed is None
            and not too_many_coupons(self.table, answer.members)
            and all(demand.is_met(answer.members, answer.segments) for demand in self.demands)
        )


def pose(table: Table, settled: Settled, fees: Sequence[ShippingFee], demands: tuple[Demand, ...] = ()) -> Problem:
    """Return the problem that is left once the settled offers took."""
    optional = tuple(
        place
        for place, candidate in enumerate(table.candidates)
        if not (candidate.offer.always_applied and candidate.coupon is None)
        and not table.apart[place] & settled.members
    )
    searched = tuple(place for place in optional if not table.candidates[place].only_adds)
    adders = tuple(place for place in optional if table.candidates[place].only_adds)
    return Problem(table, settled, fees, searched, demands, adders)


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


def answer_by_priority(problem: Problem) -> Answer | None:
    """Admit optional offers one by one, demanded ones first, then by priority and id; refuse who breaks the answer."""
    table, wanted = problem.table, 0
    for demand in problem.demands:
        wanted |= demand.candidates
    free = Problem(table, problem.settled, problem.fees, problem.optional)
    answer = free.answer((), problem.settled.segments)
    for place in sorted(
        (*problem.optional, *problem.adders),
        key=lambda p: (not wanted >> p & 1, -table.candidates[p].offer.priority, table.candidates[p].id),
    ):
        if answer.members & (table.apart[place] | 1 << place):
            continue
        grown = free.with_one_more(answer, place)
        if grown and free.admits(grown):
            answer = grown
    return answer if problem.admits(answer) else None


class _Search:
    """One search with its best answer so far. Sets of candidates are bit masks."""

    def __init__(self, problem: Problem, node_budget: int) -> None:
        self.problem, self.table = problem, problem.table
        self.bounds = Bounds(problem.table, problem.settled, problem.fees)
        self.several_coupons = any(candidate.offer.coupons_per_order > 1 for candidate in problem.table.candidates)
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

    def _visit(
        self, order: tuple[int, ...], members: int, segments: list[Segment], bound_cents: int, open_to: int
    ) -> None:
        """Try every candidate as the next taker, then the answer as it stands."""
        self.nodes_left -= 1 + (open_to.bit_count() + len(segments) * (1 + members.bit_count() // 8)) // LARGE_NODE
        limit_cents = self._limit_cents(members, segments, bound_cents, open_to)
        for place in self.ranked:
            if limit_cents < self.best_cents:
                return
            if not open_to >> place & 1 or not self._is_normal(order, place):
                continue
            if self.several_coupons and too_many_coupons(self.table, members | 1 << place):
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
            if answer.outcome.saving_cents >= self.best_cents and self.problem.admits(answer):
                self._keep_if_better(self.problem.completed(answer))

    def _keep_if_better(self, answer: Answer) -> None:
        self.nodes_left -= len(self.problem.adders)
        if self.is_better(answer):
            self.best, self.best_cents = answer, answer.outcome.saving_cents

    def _limit_cents(self, members: int, segments: list[Segment], bound_cents: int, open_to: int) -> int:
        """Return a bound of every answer that continues this one: with each rate counted alone, or all multiplied."""
        limit_cents = bound_cents + self.headroom.cents(segments, open_to)
        rated = self.compounding.rated
        if limit_cents < self.best_cents or (rated & (open_to | members)).bit_count() < 2:
            return limit_cents
        alone_cents = sum([self.at_most[place] for place in places(members & ~self.problem.settled.members & ~rated)])
        others_cents = self.bounds.settled_cents + alone_cents + self.headroom.cents(segments, open_to & ~rated)
        return min(limit_cents, others_cents + self.compounding.cents(segments, members, open_to))

    def _at_most(self, place: int, members: int, after: list[Segment]) -> int | None:
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


Preference = tuple[int, list[datetime], int, list[tuple[int, tuple[str, str]]], list[tuple[str, str]]]


def preference(table: Table, answer: Answer) -> Preference:
    """Return what decides between answers of equal saving; the lower is preferred."""
    everybody = [table.candidates[place] for place in places(answer.members)]
    expiries = sorted(candidate.coupon.valid_until for candidate in everybody if candidate.coupon)
    applied = sorted((-candidate.offer.priority, candidate.id) for candidate in everybody)
    ordered = [table.candidates[place].id for place in first_of_family(table, answer)]
    return len(expiries), expiries, -answer.outcome.added_cents, applied, ordered


def first_of_family(table: Table, answer: Answer) -> list[int]:
    """Return the first taking order, by id, that comes to the same."""
    left, first = list(answer.order), []
    while left:
        for place in sorted(left):
            if not any(table.clashes[place] >> before & 1 for before in left[: left.index(place)]):
                first.append(place)
                left.remove(place)
                break
    return first
