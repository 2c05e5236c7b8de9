"""The best answer by trying everything: every set of optional offers in every taking order, nothing left out."""

from itertools import permutations

from pricing.engine.book import compile_book
from pricing.engine.candidates import candidates_for
from pricing.engine.demands import closed_to_others, demands_of
from pricing.engine.document import CartDocument
from pricing.engine.merging import merge
from pricing.engine.problem import Answer, Problem, pose, preference
from pricing.engine.settling import settle
from pricing.engine.stacking import seat


def problem_of(document: CartDocument) -> Problem:
    """Return the problem that a document poses; demands that nobody can meet are left out."""
    cart = document.cart
    lines = merge(cart, document.choices)
    visitors = candidates_for(cart, lines, compile_book(document.offers), document.facts, document.choices)
    table = seat(lines, visitors.candidates)
    demands = tuple(demand for demand in demands_of(document.choices, table) if demand.candidates)
    table = closed_to_others(table, demands)
    fees = tuple(sorted(cart.shipping, key=lambda fee: fee.shop))
    return pose(table, settle(table, fees), fees, demands)


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
