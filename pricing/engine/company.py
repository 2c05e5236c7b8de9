"""Company: offers that get along with each other, so that an answer is best with all of them that it leaves room for.

Where offers stack, most candidates exclude nobody but a few rivals. Searching all their sets would be hopeless, and
needless: `certainty` tells which of them belong in whatever else is decided. So the search decides on the rivals
alone, and each answer is completed by the company. Shipping offers, which touch only the fees, complete it too.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.computing import Given
from pricing.engine.layers import Layer
from pricing.engine.problem import Answer, Problem, preference
from pricing.engine.taking import Segments


class Company(NamedTuple):
    """`members` join every answer that leaves them lines; `shippers` are tried on the fees of every answer."""

    members: int
    shippers: tuple[int, ...]

    def completed(self, problem: Problem, order: tuple[int, ...], segments: Segments) -> Answer:
        """Return the answer with these rivals and all of the company who can still take and hope for something."""
        bounds, joined = problem.bounds, list(order)
        for place in places(self.members & ~mask_of(order)):
            after = problem.after(segments, place)
            hopes = not problem.table.candidates[place].compiled.has_threshold
            if after is not None and (hopes or bounds.may_apply(place, after)):
                segments = after
                joined.append(place)
        return problem.answer(tuple(joined), segments)

    def with_shipping(self, problem: Problem, answer: Answer, trials: int) -> tuple[Answer, int]:
        """Return the answer with the shipping offers that save most, of equal ones the preferred, and the trials left
        (0 = not all sets were tried).

        Who comes first in order of computing is preferred, so if all who come first leave no fee, nothing is better.
        """
        candidates = problem.table.candidates
        best, waiting = answer, [(answer, self.shippers)]
        while waiting and trials > 0:
            current, rest = waiting.pop()
            for at, place in enumerate(rest):
                trials -= 1
                given = problem.joining(place, current) if any(current.outcome.fees) else None
                if isinstance(given, Given):
                    waiting.append((current, rest[at + 1 :]))
                    current = current.plus(given)
                    best = current if _is_preferred(problem, current, best) else best
            if not any(best.outcome.fees) and not any(candidates[place].coupon for place in self.shippers):
                break
        return best, trials


def _is_preferred(problem: Problem, one: Answer, other: Answer) -> bool:
    if one.saving_cents != other.saving_cents:
        return one.saving_cents > other.saving_cents
    return preference(problem.table, one) < preference(problem.table, other)


def company_of(problem: Problem, among: Iterable[int]) -> Company:
    """Choose the company: whoever is bound by nothing but lines, the ones with the fewest rivals first.

    There is none where rivals are the rule.
    """
    table, hopeful = problem.table, list(among)
    everybody = mask_of(hopeful)
    free = [place for place in hopeful if _is_free(problem, place)]
    on_fees = [place for place in hopeful if table.candidates[place].offer.layer is Layer.SHIPPING]
    bound = problem.settled.members | mask_of(on_fees) & ~mask_of(free)  # one that is bound may come between the others
    shippers = () if any(table.candidates[place].offer.layer is Layer.SHIPPING for place in places(bound)) else on_fees
    unseen = 0  # whose lines a shipping offer does not count: they may cost it its lines
    for place in on_fees:
        unseen |= table.shuns[place]
    takers = [p for p in free if table.candidates[p].compiled.takes_lines and not unseen >> p & 1]
    members = 0
    for place in sorted(takers, key=lambda place: ((table.clashes[place] & everybody).bit_count(), place)):
        if not table.clashes[place] & members:
            members |= 1 << place
    if 2 * members.bit_count() < len(hopeful) - len(shippers):
        members = 0  # where most are rivals, the company settles little
    return Company(members, tuple(shippers))


def _is_free(problem: Problem, place: int) -> bool:
    """Tell whether only its lines and conditions decide if the candidate applies: no count, budget, group or slot."""
    candidate = problem.table.candidates[place]
    return not (
        problem.table.apart[place]
        or candidate.is_limited
        or problem.bounds.budget_is_tight(place)
        or (candidate.coupon and problem.table.several_coupons)
    )
