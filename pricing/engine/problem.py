"""The problem that is left once the settled offers took, and the answers to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.bounds import Bounds
from pricing.engine.cart import ShippingFee
from pricing.engine.computing import Computation, Failure, Given, Outcome, compute
from pricing.engine.demands import Demand
from pricing.engine.layers import Layer
from pricing.engine.settling import Settled
from pricing.engine.stacking import Table, too_many_coupons
from pricing.engine.taking import Segments, take


class Answer(NamedTuple):
    """One way to price the cart: the optional offers in their taking order, what everybody took, what it comes to.

    `optimal`: proved to save most; else at most `bound_cents` more could be saved.
    """

    order: tuple[int, ...]
    members: int
    segments: Segments
    outcome: Outcome
    optimal: bool = True
    bound_cents: int = 0

    @property
    def saving_cents(self) -> int:
        """What the shopper saves, goods and shipping."""
        return self.outcome.saving_cents

    def plus(self, given: Given) -> "Answer":
        """Return the answer with one more member who leaves nets alone: it adds to the order, or reduces fees last."""
        order, members = (*self.order, given.place), self.members | 1 << given.place
        return self._replace(order=order, members=members, outcome=self.outcome.plus(given))


@dataclass(frozen=True)
class Problem:
    """What is to be answered: the candidates, what is settled, who may be added, and what the shopper demands.

    `adders` (gifts and rewards) change nothing for others, so they are not searched: whoever can, joins an answer.
    `broken_by`: what was found out about some answers, by taking order, and a newcomer: who would fail if it joined.
    """

    table: Table
    settled: Settled
    fees: Sequence[ShippingFee]
    optional: tuple[int, ...]
    demands: tuple[Demand, ...] = ()
    adders: tuple[int, ...] = ()
    broken_by: dict[tuple[tuple[int, ...], int], int] = field(default_factory=dict, compare=False)

    @cached_property
    def bounds(self) -> Bounds:
        """What each candidate saves at most."""
        return Bounds(self.table, self.settled, self.fees)

    def answer(self, order: tuple[int, ...], segments: Segments) -> Answer:
        """Compute what the settled offers and these optional ones come to."""
        members = self.settled.members | mask_of(order)
        return Answer(order, members, segments, compute(self.table, segments, self.fees, members))

    def after(self, segments: Segments, place: int) -> Segments | None:
        """Return the segments once the candidate took; None if nothing is open to it."""
        return take(self.table, segments, place) if self.table.candidates[place].compiled.takes_lines else segments

    def joining(self, place: int, answer: Answer | Settled) -> Given | Failure | None:
        """Judge a candidate as one more member of an answer, by its own rules alone; None if nothing is open to it."""
        run = self.beside(place, answer)
        return run.give(place, self.table.candidates[place]) if run else None

    def beside(self, place: int, answer: Answer | Settled) -> Computation | None:
        """Return the run that stands where a candidate joins an answer; None if nothing is open to it."""
        segments = self.after(answer.segments, place)
        if segments is None:
            return None
        outcome = answer.outcome
        if len(segments.lines) > len(answer.segments.lines):  # a limit splits a line: the steps look different
            outcome = compute(self.table, segments, self.fees, answer.members)
        run = Computation(self.table, segments, self.fees)
        run.stand_before(place, outcome)
        return run

    def completed(self, answer: Answer) -> Answer:
        """Return the answer with all gifts and rewards that can join it; of those apart the preferred ones."""
        able = [grown for place in self.adders if (grown := self._with_addition(answer, place))]
        if not able:
            return answer
        able.sort(key=lambda grown: preference(self.table, grown))
        complete = answer
        for place in [grown.order[-1] for grown in able]:
            if self.table.candidates[place].offer.exclusive != "order":
                complete = self._with_addition(complete, place) or complete
        return min((complete, *able), key=lambda found: preference(self.table, found))

    def _with_addition(self, answer: Answer, place: int) -> Answer | None:
        """Return the answer with a gift or reward, if it is not in it yet and may and can join."""
        given = None if answer.members & (self.table.apart[place] | 1 << place) else self.joining(place, answer)
        return answer.plus(given) if isinstance(given, Given) else None

    def room_cents(self, answer: Answer) -> int:
        """Return what an answer leaves above the floors, and of the fees, to others: nothing saves more than that."""
        floors = sum([self.table.floors[line] * quantity for line, quantity, _ in answer.segments.each()])
        if any(candidate.offer.benefit.BELOW_FLOORS for candidate in self.table.candidates):
            floors = 0
        candidates = self.table.candidates
        takes = any(candidates[place].compiled.takes_lines for place in self.optional)
        ships = any(candidate.offer.layer is Layer.SHIPPING for candidate in candidates)
        return (sum(answer.outcome.nets) - floors if takes else 0) + (sum(answer.outcome.fees) if ships else 0)

    def admits(self, answer: Answer) -> bool:
        """Tell whether the answer keeps every rule and every demand."""
        return (
            answer.outcome.failed is None
            and not (self.table.several_coupons and too_many_coupons(self.table, answer.members))
            and all(demand.is_met(answer.members, answer.segments) for demand in self.demands)
        )


def pose(table: Table, settled: Settled, fees: Sequence[ShippingFee], demands: tuple[Demand, ...] = ()) -> Problem:
    """Return the problem that is left once the settled offers took."""
    searched: list[int] = []
    adders: list[int] = []
    for place, candidate in enumerate(table.candidates):
        if not candidate.compiled.is_settled and not table.apart[place] & settled.members:
            (adders if candidate.compiled.only_adds else searched).append(place)
    return Problem(table, settled, fees, tuple(searched), demands, tuple(adders))


Preference = tuple[int, list[datetime], int, list[tuple[int, tuple[str, str]]], list[tuple[str, str]]]


def preference(table: Table, answer: Answer) -> Preference:
    """Return what decides between answers of equal saving; the lower is preferred."""
    everybody = [table.candidates[place] for place in places(answer.members)]
    expiries = sorted(candidate.coupon.valid_until for candidate in everybody if candidate.coupon)
    applied = sorted((-candidate.offer.priority, candidate.id) for candidate in everybody)
    ordered = [table.candidates[place].id for place in first_of_family(table, answer)]
    return len(expiries), expiries, -answer.outcome.added_cents, applied, ordered


def first_of_family(table: Table, answer: Answer) -> list[int]:
    """Return the first taking order, by id, in which everybody takes the same."""
    order = list(answer.order)
    left, first = sorted(order, key=lambda place: table.candidates[place].id), []
    now = [takers & ~mask_of(order) for takers in answer.segments.takers]
    while left:
        for place in left:
            if answer.segments.is_whole:
                in_time = _takes_the_same(table, place, answer.segments._replace(takers=now), answer.segments.takers)
            else:
                in_time = not any(table.clashes[place] >> before & 1 for before in order[: order.index(place)])
            if in_time:
                break
        first.append(place)
        left.remove(place)
        order.remove(place)
        now = [before | final & 1 << place for before, final in zip(now, answer.segments.takers, strict=True)]
    return first


def _takes_the_same(table: Table, place: int, now: Segments, final: list[int]) -> bool:
    """Tell whether a candidate would take now, after these, what it took in the end."""
    candidate, shuns = table.candidates[place], table.shuns[place]
    if not candidate.compiled.takes_lines:
        return True
    if candidate.is_limited:  # it may leave lines to nobody
        after = take(table, now, place)
        return (
            after is not None
            and after.is_whole
            and after.taken_by(place, candidate) == [line for line in candidate.spots if final[line] >> place & 1]
        )
    return all(bool(final[line] >> place & 1) != bool(now.takers[line] & shuns) for line in candidate.spots)
