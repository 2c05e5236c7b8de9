"""Deciding: the shopper's demands are kept as far as they can be; mode and search find the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pricing.engine.answer import DroppedChoice, NotApplied
from pricing.engine.cart import ShippingFee
from pricing.engine.demands import Demand, closed_to_others, why_impossible
from pricing.engine.explaining import verdict_on
from pricing.engine.reasons import Reason
from pricing.engine.search import Answer, Problem, answer_by_priority, best_answer, pose
from pricing.engine.settling import settle
from pricing.engine.stacking import Table, places

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
        problem, answer = self._answer(possible)
        if answer is None:
            kept: list[Demand] = []
            for demand in possible:
                if self._answer([*kept, demand])[1]:
                    kept.append(demand)
            problem, answer = self._answer(kept)
            assert answer is not None, "without demands the settled offers alone are an answer"
            broken = (demand for demand in possible if not demand.is_met(answer.members, answer.segments))
            dropped += [self._dropped(demand, problem, answer) for demand in broken]
        return Decision(problem, answer, tuple(dropped))

    def _answer(self, demands: Sequence[Demand]) -> tuple[Problem, Answer | None]:
        table = closed_to_others(self.table, demands)
        problem = pose(table, settle(table, self.fees), self.fees, tuple(demands))
        if self.mode == "priority":
            return problem, answer_by_priority(problem)
        return problem, best_answer(problem, self.node_budget)

    def _dropped(self, demand: Demand, problem: Problem, answer: Answer) -> DroppedChoice:
        absent = next(places(demand.candidates & ~answer.members), None)
        if absent is None:  # it applies, but to other lines
            return demand.dropped(Reason("not_on_this_line"))
        return demand.dropped(verdict_on(problem, answer, absent, by_priority=self.mode == "priority").reason)
