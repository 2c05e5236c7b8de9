"""Deciding: the shopper's demands are kept as far as they can be; mode and search find the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pricing.engine.answer import DroppedChoice, NotApplied
from pricing.engine.bits import places
from pricing.engine.cart import ShippingFee
from pricing.engine.demands import Demand, closed_to_others, why_impossible
from pricing.engine.explaining import verdict_on
from pricing.engine.priority import answer_by_priority
from pricing.engine.problem import Answer, Problem, pose
from pricing.engine.reasons import Reason
from pricing.engine.search import searched
from pricing.engine.settling import settle
from pricing.engine.stacking import Table

TRIALS = 50
Mode = Literal["best_price", "priority"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a problem, and the choices that could not be honoured."""

    problem: Problem
    answer: Answer
    dropped: tuple[DroppedChoice, ...]


class Decider:
    """Answers one table in one mode."""

    def __init__(self, table: Table, fees: Sequence[ShippingFee], mode: Mode, node_budget: int) -> None:
        self.table, self.fees, self.mode, self.node_budget = table, fees, mode, node_budget

    def decide(self, demands: Sequence[Demand], turned_away: Sequence[NotApplied]) -> Decision:
        """Return the answer that keeps all demands, or else as many as can be kept one after the other."""
        dropped = [demand.dropped(why_impossible(demand, turned_away)) for demand in demands if not demand.candidates]
        possible = [demand for demand in demands if demand.candidates]
        problem, answer = self._answer(possible, self.node_budget)
        if answer is None:
            self.trials_left, self.is_unsure = TRIALS, False
            problem, answer = self._answer(self._kept(possible, []), self.node_budget)
            assert answer is not None, "what was kept in a trial is kept again"
            if self.is_unsure:
                answer = answer._replace(optimal=False, bound_cents=problem.room_cents(answer))
            broken = [demand for demand in possible if not demand.is_met(answer.members, answer.segments)]
            dropped += self._dropped(broken, problem, answer)
        return Decision(problem, answer, tuple(dropped))

    def _kept(self, demands: list[Demand], kept: list[Demand]) -> list[Demand]:
        """Return `kept` and those of further demands that can be kept with them, the first ones first.

        Halving finds the few that cannot be kept in few trials; when the trials are used up, the rest is not kept.
        `is_unsure`: it was not proved of every demand that is not kept that it cannot be.
        """
        demands = [demand for demand in demands if not self._shut_out(demand, kept)]
        if not demands:
            return kept
        if not self.trials_left:
            self.is_unsure = True
            return kept
        self.trials_left -= 1
        if self._answer([*kept, *demands], self.node_budget // TRIALS)[1]:
            return [*kept, *demands]
        if len(demands) == 1:
            self.is_unsure = self.is_unsure or not self.is_exhaustive
            return kept
        half = len(demands) // 2
        return self._kept(demands[half:], self._kept(demands[:half], kept))

    def _shut_out(self, demand: Demand, kept: Sequence[Demand]) -> bool:
        """Tell whether whoever could meet the demand is never in one order with somebody who is kept."""
        sure = {other.candidates for other in kept if other.candidates & other.candidates - 1 == 0}
        return all(any(self.table.apart[place] & bit for bit in sure) for place in places(demand.candidates))

    def _answer(self, demands: Sequence[Demand], node_budget: int) -> tuple[Problem, Answer | None]:
        table = closed_to_others(self.table, demands)
        problem = pose(table, settle(table, self.fees), self.fees, tuple(demands))
        if self.mode == "priority":
            self.is_exhaustive = True
            return problem, answer_by_priority(problem)
        record = searched(problem, node_budget)
        self.is_exhaustive = record.is_exhaustive
        return problem, record.answer()

    def _dropped(self, broken: Sequence[Demand], problem: Problem, answer: Answer) -> list[DroppedChoice]:
        """Return the demands that are not kept with their reasons; who applies, applies to other lines."""
        absent = {demand: next(places(demand.candidates & ~answer.members), None) for demand in broken}
        reasons = {None: Reason("not_on_this_line")} | {
            place: verdict_on(problem, answer, place, by_priority=self.mode == "priority").reason
            for place in set(absent.values()) - {None}
            if place is not None
        }
        return [demand.dropped(reasons[place]) for demand, place in absent.items()]
