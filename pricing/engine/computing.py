"""Computing: given who took what, the discounts layer by layer, each on the net that the layers before it left.

Candidates are numbered in order of computing, so a set of members is computed by ascending place.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import le
from typing import NamedTuple

from pricing.engine.additions import NOTHING, Added
from pricing.engine.allocation import split, split_within
from pricing.engine.bits import mask_of, places
from pricing.engine.candidates import Candidate
from pricing.engine.cart import CartLine, ShippingFee
from pricing.engine.layers import STAGES, Layer
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines, Off
from pricing.engine.stacking import Table
from pricing.engine.taking import Segments


class Given(NamedTuple):
    """What one candidate gave: its part of each entry (or of each fee) that it took, and the sum of the parts."""

    place: int
    entries: Sequence[int]
    parts: list[int]
    cents: int
    lines: Lines
    added: Added = NOTHING


class Failure(NamedTuple):
    """The first candidate that may not stay, why, the lines that it saw, and the run that stopped there."""

    place: int
    reason: Reason
    lines: Lines
    run: "Computation"


class Outcome(NamedTuple):
    """A computed answer. Where somebody `failed`, the figures mean nothing.

    `trail`: the nets and fees before each of `given`, so that one more member can be judged where it would come in.
    """

    nets: list[int]
    fees: list[int]
    given: list[Given]
    saving_cents: int
    failed: Failure | None = None
    trail: list[tuple[list[int], list[int]]] = []  # noqa: RUF012 - never changed

    @property
    def added_cents(self) -> int:
        """What the gifts and rewards are worth."""
        return sum([given.added.value_cents for given in self.given])

    def plus(self, given: Given) -> "Outcome":
        """Return the outcome with one more member who leaves nets alone: it adds to the order, or reduces fees last."""
        at = bisect_left(self.given, given.place, key=lambda other: other.place)
        step = [*self.trail, (self.nets, self.fees)][at]
        joined, trail = [*self.given[:at], given, *self.given[at:]], [*self.trail[:at], step, *self.trail[at:]]
        fees = list(self.fees)
        for entry, part in zip(given.entries, given.parts, strict=True) if given.cents else ():
            fees[entry] -= part
        saving_cents = self.saving_cents + given.cents
        return self._replace(given=joined, trail=trail, fees=fees, saving_cents=saving_cents)


class Computation:
    """One run through the layers."""

    def __init__(self, table: Table, segments: Segments, fees: Sequence[ShippingFee]) -> None:
        self.table, self.segments, self.tariff = table, segments, fees
        self.lists = table.amounts
        if not segments.is_whole:
            of_line = zip(segments.lines, segments.quantities, strict=True)
            self.lists = [table.units[line] * units for line, units in of_line]
        self.nets = self.lists
        self.fees = [fee.fee_cents for fee in fees]
        self.before = self.nets
        self.stage = -1

    def run(self, members: int, base: Outcome | None = None) -> Outcome:
        """Compute all members; stop at the first that fails its conditions, gives nothing or breaks its budget."""
        candidates = self.table.candidates
        self.given: list[Given] = []
        if base:
            members &= -1 << self._follow(members, base)
        trail, saving_cents = base.trail[: len(self.given)] if base else [], sum([given.cents for given in self.given])
        for place in places(members):
            candidate = candidates[place]
            trail.append((self.nets, self.fees))
            given = self.give(place, candidate)
            if isinstance(given, Failure):
                return Outcome(self.nets, self.fees, self.given, saving_cents, given, trail)
            saving_cents += given.cents
            self.keep(given)
        return Outcome(self.nets, self.fees, self.given, saving_cents, None, trail)

    def _follow(self, members: int, base: Outcome) -> int:
        """Repeat what an earlier answer gave before the first newcomer; return whose turn is next."""
        newcomers = members & ~mask_of([given.place for given in base.given])
        counting = [given.place for given in base.given if self.table.candidates[given.place].compiled.only_counts]
        first = min([*counting, *places(newcomers & -newcomers)], default=len(self.table.candidates))
        self.stand_before(first, base)
        return first

    def join(self, place: int, outcome: Outcome) -> Given | Failure:
        """Judge one more member of a computed answer where it would come in; those after it are not looked at."""
        self.stand_before(place, outcome)
        return self.give(place, self.table.candidates[place])

    def go_on(self, given: Given, members: int) -> Failure | None:
        """Go on behind somebody who joined, after what it gave; return the first of the later members who fails."""
        self.keep(given)
        for place in places(members & -2 << given.place):
            step = self.give(place, self.table.candidates[place])
            if isinstance(step, Failure):
                return step
            self.keep(step)
        return None

    def stand_before(self, place: int, outcome: Outcome) -> None:
        """Go to where a candidate comes in, or would come in, in a computed answer; behind the last one, to its end."""
        candidates = self.table.candidates
        stage = candidates[place].compiled.stage if place < len(candidates) else len(STAGES)
        if not outcome.given:
            self.stage, self.given = stage, []
            self.nets, self.fees, self.before = outcome.nets, outcome.fees, outcome.nets
            return
        after = bisect_left(outcome.given, place, key=lambda given: given.place)
        begun = bisect_left(outcome.given, stage, key=lambda given: candidates[given.place].compiled.stage)
        steps = [*outcome.trail, (outcome.nets, outcome.fees)]
        self.stage, self.before = stage, steps[begun][0]
        self.nets, self.fees = steps[after]
        self.given = outcome.given[:after]

    def give(self, place: int, candidate: Candidate) -> Given | Failure:
        """Return what the candidate gives at the nets that those before it left, or why it may not stay."""
        compiled = candidate.compiled
        if compiled.stage != self.stage:
            self.stage, self.before = compiled.stage, self.nets
        entries = self.taken(place, candidate)
        lines = self.lines_of(candidate, entries)
        if not entries:
            return Failure(place, Reason("no_effect"), lines, self)
        if compiled.has_threshold and (reason := self.unmet(candidate, lines)):
            return Failure(place, reason, lines, self)
        if not candidate.offer.benefit.TAKES_LINES:
            return self._add(Given(place, entries, [0] * len(entries), 0, lines), candidate)
        wanted, entries, parts = GIVERS.get(candidate.offer.layer, _give_once)(self, candidate, entries, lines)
        cents = sum(parts)
        if not cents:
            return Failure(place, Reason("floor" if wanted else "no_effect"), lines, self)
        if candidate.budget_left_cents is not None and cents > self._budget_left_cents(candidate):
            return Failure(place, Reason("budget_spent"), lines, self)
        return Given(place, entries, parts, cents, lines)

    def _add(self, given: Given, candidate: Candidate) -> Given | Failure:
        """Add gifts and rewards; other coupons of the offer took theirs from the same shelf."""
        shelf = candidate.shelf
        for other in self.given:
            if self.table.candidates[other.place].offer.id == candidate.offer.id:
                shelf = shelf.without(other.added)
        added = candidate.offer.benefit.adds(given.lines, shelf)
        if not added.value_cents:
            return Failure(given.place, Reason("sold_out"), given.lines, self)
        return given._replace(added=added)

    def taken(self, place: int, candidate: Candidate) -> Sequence[int]:
        """Return the entries that a candidate took, or counts if it takes none."""
        if candidate.compiled.takes_lines:
            return self.segments.taken_by(place, candidate)
        takers, shuns = self.segments.takers, self.table.shuns[place]
        return [entry for entry in self.segments.of(candidate) if not takers[entry] & shuns]

    def lines_of(self, candidate: Candidate, entries: Sequence[int]) -> Lines:
        """Return entries as a rule sees them."""
        nets, quantities = self.nets, self.segments.quantities
        mine = tuple([nets[entry] for entry in entries])
        bases = self.lists if candidate.offer.threshold_on == "list" else self.before
        return Lines(
            mine,
            mine if bases is nets else tuple([bases[entry] for entry in entries]),
            tuple([quantities[entry] for entry in entries]),
            self.goods(entries) if candidate.offer.benefit.READS_GOODS else (),
        )

    def unmet(self, candidate: Candidate, lines: Lines) -> Reason | None:
        """Return the first condition that is not met on what was taken or counted."""
        for condition, counted in candidate.conditions:
            seen = lines if counted is None else self.counted(candidate, counted)
            if reason := condition.unmet_by_lines(seen):
                return reason
        return candidate.offer.benefit.unmet(lines)

    def counted(self, candidate: Candidate, counted: int) -> Lines:
        """Return the entries of other lines that a condition counts."""
        return self.lines_of(
            candidate, [entry for entry, line in enumerate(self.segments.lines) if counted >> line & 1]
        )

    def room(self, entry: int) -> int:
        """Return what an entry may still lose before it is at its floor."""
        floor_cents = self.table.floors[self.segments.lines[entry]] * self.segments.quantities[entry]
        return max(0, self.nets[entry] - floor_cents)

    def goods(self, entries: Sequence[int]) -> tuple[CartLine, ...]:
        """Return what these entries are."""
        return self.table.goods([self.segments.lines[entry] for entry in entries])

    def _budget_left_cents(self, candidate: Candidate) -> int:
        """Return what the offer may still give once its other coupons have given."""
        of_kin = [
            given.cents for given in self.given if self.table.candidates[given.place].offer.id == candidate.offer.id
        ]
        return (candidate.budget_left_cents or 0) - sum(of_kin)

    def keep(self, given: Given) -> None:
        """Take what was given off the nets or the fees."""
        self.given.append(given)
        if not given.cents:
            return
        on_fees = self.table.candidates[given.place].offer.layer is Layer.SHIPPING
        left = (self.fees if on_fees else self.nets).copy()
        for entry, part in zip(given.entries, given.parts, strict=True):
            left[entry] -= part
        if on_fees:
            self.fees = left
        else:
            self.nets = left


Portions = tuple[int, Sequence[int], list[int]]  # what was wanted before floors; the entries, and what each gets


def _give_by_unit(run: Computation, candidate: Candidate, entries: Sequence[int], lines: Lines) -> Portions:
    """Compute the discount of one unit of each line."""
    wanted, parts = 0, []
    goods, unit_off_cents = lines.goods or run.goods(entries), candidate.offer.benefit.unit_off_cents
    for entry, net_cents, quantity, its in zip(entries, lines.nets, lines.quantities, goods, strict=True):
        off_cents = unit_off_cents(net_cents // quantity, its) * quantity
        wanted += off_cents
        parts.append(max(0, min(off_cents, run.room(entry))))
    return wanted, entries, parts


def _give_once(run: Computation, candidate: Candidate, entries: Sequence[int], lines: Lines) -> Portions:
    """Compute the discount once on everything and split it over the lines."""
    off = candidate.offer.benefit.off(lines)
    room = run.nets.__getitem__ if candidate.offer.benefit.BELOW_FLOORS else run.room
    if off.parts is not None:
        return off.cents, entries, [min(part, room(entry)) for part, entry in zip(off.parts, entries, strict=True)]
    weights = off.weights or lines.nets
    if not run.table.has_floors and off.cents <= sum(weights) and (weights is lines.nets or _fits(weights, lines.nets)):
        return off.cents, entries, split(off.cents, weights)  # nobody gets more than its weight
    rooms = [room(entry) for entry in entries]
    return off.cents, entries, split_within(off.cents, weights, rooms, fixed=off.fixed)


def _fits(weights: Sequence[int], nets: Sequence[int]) -> bool:
    return all(map(le, weights, nets))


def _give_on_fees(run: Computation, candidate: Candidate, entries: Sequence[int], lines: Lines) -> Portions:
    """Reduce the fees of the shops whose goods were counted; a shop reduces its own."""
    shops = run.table.shops_of([run.segments.lines[entry] for entry in entries])
    reduced = [place for place, fee in enumerate(run.tariff) if fee.shop in shops]
    fees = tuple([run.fees[place] for place in reduced])
    off: Off = candidate.offer.benefit.off(Lines(nets=fees, bases=fees, quantities=(1,) * len(fees)))
    return off.cents, reduced, split_within(off.cents, fees, fees, fixed=off.fixed)


Giver = Callable[[Computation, Candidate, Sequence[int], Lines], Portions]
GIVERS: dict[Layer, Giver] = {Layer.ITEM: _give_by_unit, Layer.SHIPPING: _give_on_fees}


def compute(
    table: Table, segments: Segments, fees: Sequence[ShippingFee], members: int, base: Outcome | None = None
) -> Outcome:
    """Compute an answer: who took what, and who is in.

    `base`: an answer whose members are among these and took the same entries, where there is one; it only saves work.
    """
    return Computation(table, segments, fees).run(members, base)
