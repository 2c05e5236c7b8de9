"""The best answer by trying everything: every set of optional offers in every taking order, nothing left out."""

from itertools import permutations

from pricing.engine.book import compile_book
from pricing.engine.candidates import candidates_for
from pricing.engine.demands import Demand, closed_to_others, demands_of
from pricing.engine.document import CartDocument
from pricing.engine.merging import merge
from pricing.engine.problem import Answer, Problem, pose, preference
from pricing.engine.settling import settle
from pricing.engine.stacking import Table, seat


def problem_of(document: CartDocument) -> Problem:
    """Return the problem that a document poses; demands that nobody can meet are left out."""
    table, demands = _seated(document)
    return _posed(document, table, demands)


def best_keeping(document: CartDocument) -> tuple[Answer, tuple[Demand, ...]]:
    """Return the best answer that keeps as many demands as can be kept, one after the other, and those demands."""
    table, demands = _seated(document)
    kept: tuple[Demand, ...] = ()
    best = best_by_trying(_posed(document, table, kept))
    for demand in demands:
        if found := best_by_trying(_posed(document, table, (*kept, demand))):
            best, kept = found, (*kept, demand)
    assert best is not None
    return best, kept


def _seated(document: CartDocument) -> tuple[Table, tuple[Demand, ...]]:
    lines = merge(document.cart, document.choices)
    visitors = candidates_for(document.cart, lines, compile_book(document.offers), document.facts, document.choices)
    table = seat(lines, visitors.candidates)
    return table, tuple(demand for demand in demands_of(document.choices, table) if demand.candidates)


def _posed(document: CartDocument, table: Table, demands: tuple[Demand, ...]) -> Problem:
    closed = closed_to_others(table, demands)
    fees = tuple(sorted(document.cart.shipping, key=lambda fee: fee.shop))
    return pose(closed, settle(closed, fees), fees, demands)


def best_by_trying(problem: Problem) -> Answer | None:
    """Return the best of all answers; None if none meets the demands."""
    best, best_key = None, None
    optional = sorted((*problem.optional, *problem.adders))
    for size in range(len(optional) + 1):
        for order in permutations(optional, size):
            answer = _answer(problem, order)
            if answer is None or not problem.admits(answer):
                continue
            key = (
                -answer.outcome.saving_cents,
                *preference(problem.table, answer)[:4],
                [problem.table.candidates[place].id for place in order],
            )
            if best_key is None or key < best_key:
                best, best_key = answer, key
    return best


def _answer(problem: Problem, order: tuple[int, ...]) -> Answer | None:
    segments, members = problem.settled.segments, problem.settled.members
    for place in order:
        after = problem.after(segments, place)
        if after is None or members & problem.table.apart[place]:
            return None
        segments, members = after, members | 1 << place
    return problem.answer(order, segments)
