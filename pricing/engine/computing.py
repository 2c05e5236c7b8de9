"""Computing: given who took what, the discounts layer by layer, each on the net that the layers before it left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pricing.engine.additions import NOTHING, Added
from pricing.engine.allocation import split_within
from pricing.engine.candidates import Candidate
from pricing.engine.cart import ShippingFee
from pricing.engine.layers import Layer
from pricing.engine.reasons import Reason
from pricing.engine.rules import Lines
from pricing.engine.stacking import Table
from pricing.engine.taking import Segment


@dataclass(frozen=True, slots=True)
class Given:
    """What one candidate gave: its part of each segment (or of each fee) that it took, by index."""

    place: int
    indexes: list[int]
    parts: list[int]
    lines: Lines
    added: Added = NOTHING

    @property
    def cents(self) -> int:
        """The whole discount."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Failure:
    """The first candidate that may not stay, why, and the lines that it saw."""

    place: int
    reason: Reason
    lines: Lines


@dataclass(frozen=True, slots=True)
class Outcome:
    """A computed answer. Where somebody `failed`, the figures mean nothing.

    `trail`: the nets and fees after each of `given`, so that an answer with one more member starts in the middle.
    """

    nets: list[int]
    fees: list[int]
    given: list[Given]
    failed: Failure | None = None
    trail: list[tuple[list[int], list[int]]] = field(default_factory=list, compare=False)

    @property
    def saving_cents(self) -> int:
        """What the shopper saves, goods and shipping."""
        return sum(given.cents for given in self.given)

    @property
    def added_cents(self) -> int:
        """What the gifts and rewards are worth."""
        return sum(given.added.value_cents for given in self.given)


def in_order_of_computing(table: Table, members: Iterable[int]) -> list[int]:
    """Sort candidates by layer, then higher priority, then id."""

    def rank(place: int) -> tuple[int, int, tuple[str, str]]:
        offer = table.candidates[place].offer
        return (offer.stage, -offer.priority, table.candidates[place].id)

    return sorted(members, key=rank)


class Computation:
    """One run through the layers."""

    def __init__(self, table: Table, segments: list[Segment], fees: Sequence[ShippingFee]) -> None:
        self.table, self.segments, self.shops = table, segments, [fee.shop for fee in fees]
        self.lists = [table.units[line] * quantity for line, quantity, _ in segments]
        self.floors = [table.floors[line] * quantity for line, quantity, _ in segments]
        self.nets = self.lists
        self.fees = [fee.fee_cents for fee in fees]
        self.before = self.nets
        self.given: list[Given] = []
        self.trail: list[tuple[list[int], list[int]]] = []
        self.stage = -1

    def run(self, members: Iterable[int], base: Outcome | None = None) -> Outcome:
        """Compute all members; stop at the first that fails its conditions, gives nothing or breaks its budget."""
        ordered = in_order_of_computing(self.table, members)
        for place in ordered[self._follow(ordered, base) if base else 0 :]:
            candidate = self.table.candidates[place]
            if candidate.offer.stage != self.stage:
                self.stage, self.before = candidate.offer.stage, self.nets
            given, reason = self._give(place, candidate)
            if reason:
                failure = Failure(place, reason, given.lines)
                return Outcome(self.nets, self.fees, self.given, failure, self.trail)
            self.given.append(given)
            self._subtract(given, candidate)
            self.trail.append((self.nets, self.fees))
        return Outcome(self.nets, self.fees, self.given, None, self.trail)

    def _follow(self, ordered: list[int], base: Outcome) -> int:
        """Repeat what an earlier answer on the same segments gave, up to the first newcomer; return how many gave."""
        followed = 0
        for place, given in zip(ordered, base.given, strict=False):
            if given.place != place:
                break
            stage = self.table.candidates[place].offer.stage
            if stage != self.stage:
                self.stage, self.before = stage, self.nets
            self.nets, self.fees = base.trail[followed]
            followed += 1
        self.given, self.trail = base.given[:followed], base.trail[:followed]
        return followed

    def taken(self, place: int) -> list[int]:
        """Return the indexes of the segments that a candidate took, or counts if it takes none."""
        candidate, bit = self.table.candidates[place], 1 << place
        if candidate.takes_lines:
            return [index for index, segment in enumerate(self.segments) if segment.takers & bit]
        shuns = self.table.shuns[place]
        return [
            index
            for index, (line, _, takers) in enumerate(self.segments)
            if line in candidate.lines and not takers & shuns
        ]

    def lines_of(self, candidate: Candidate, indexes: Sequence[int]) -> Lines:
        """Return segments as a rule sees them."""
        bases = self.lists if candidate.offer.threshold_on == "list" else self.before
        return Lines(
            nets=tuple([self.nets[index] for index in indexes]),
            bases=tuple([bases[index] for index in indexes]),
            quantities=tuple([self.segments[index].quantity for index in indexes]),
            goods=self.table.goods([self.segments[index].line for index in indexes], candidate),
        )

    def unmet(self, candidate: Candidate, indexes: Sequence[int], lines: Lines) -> Reason | None:
        """Return the first condition that is not met on what was taken or counted."""
        for condition, counted in candidate.conditions:
            seen = lines
            if counted is not None:
                within = [index for index, segment in enumerate(self.segments) if segment.line in counted]
                seen = self.lines_of(candidate, within)
            if reason := condition.unmet_by_lines(seen):
                return reason
        return candidate.offer.benefit.unmet(lines)

    def _give(self, place: int, candidate: Candidate) -> tuple[Given, Reason | None]:
        indexes = self.taken(place)
        lines = self.lines_of(candidate, indexes)
        given = Given(place, indexes, [], lines)
        if not indexes:
            return given, Reason("no_effect")
        if reason := self.unmet(candidate, indexes, lines):
            return given, reason
        if not candidate.offer.benefit.TAKES_LINES:
            return self._add(given, candidate)
        wanted = GIVERS.get(candidate.offer.layer, _give_once)(self, candidate, given, lines)
        left = self._budget_left_cents(candidate)
        if not given.cents:
            return given, Reason("floor" if wanted else "no_effect")
        return given, Reason("budget_spent") if left is not None and given.cents > left else None

    def _add(self, given: Given, candidate: Candidate) -> tuple[Given, Reason | None]:
        """Add gifts and rewards; other coupons of the offer took theirs from the same shelf."""
        shelf = candidate.shelf
        for other in self.given:
            if self.table.candidates[other.place].offer.id == candidate.offer.id:
                shelf = shelf.without(other.added)
        added = candidate.offer.benefit.adds(given.lines, shelf)
        given = replace(given, parts=[0] * len(given.indexes), added=added)
        return given, None if added.value_cents else Reason("sold_out")

    def _budget_left_cents(self, candidate: Candidate) -> int | None:
        """Return what the offer may still give once its other coupons have given; None = not limited."""
        if candidate.budget_left_cents is None or candidate.coupon is None:
            return candidate.budget_left_cents
        by_kin = (
            given.cents for given in self.given if self.table.candidates[given.place].offer.id == candidate.offer.id
        )
        return candidate.budget_left_cents - sum(by_kin)

    def _subtract(self, given: Given, candidate: Candidate) -> None:
        target = self.fees if candidate.offer.layer is Layer.SHIPPING else self.nets
        left = list(target)
        for index, part in zip(given.indexes, given.parts, strict=True):
            left[index] -= part
        if candidate.offer.layer is Layer.SHIPPING:
            self.fees = left
        else:
            self.nets = left


def _give_by_unit(run: Computation, candidate: Candidate, given: Given, lines: Lines) -> int:
    """Compute the discount of one unit of each line; return what was wanted before floors."""
    wanted = 0
    for index, net_cents, quantity in zip(given.indexes, lines.nets, lines.quantities, strict=True):
        off_cents = candidate.offer.benefit.unit_off_cents(net_cents // quantity) * quantity
        wanted += off_cents
        given.parts.append(max(0, min(off_cents, net_cents - run.floors[index])))
    return wanted


def _give_once(run: Computation, candidate: Candidate, given: Given, lines: Lines) -> int:
    """Compute the discount once on everything and split it over the lines; return what was wanted before floors."""
    off = candidate.offer.benefit.off(lines)
    rooms = [max(0, net - run.floors[index]) for index, net in zip(given.indexes, lines.nets, strict=True)]
    if off.parts is not None:
        given.parts.extend([min(part, room) for part, room in zip(off.parts, rooms, strict=True)])
        return off.cents
    carriers = lines.nets if off.weights is None else off.weights
    given.parts.extend(split_within(off.cents, carriers, rooms, fixed=off.fixed))
    return off.cents


def _give_on_fees(run: Computation, candidate: Candidate, given: Given, lines: Lines) -> int:
    """Reduce the fees of the shops whose goods were counted; a shop reduces its own."""
    shops = run.table.shops_of(run.segments[index].line for index in given.indexes)
    given.indexes[:] = [index for index, shop in enumerate(run.shops) if shop in shops]
    fees = tuple([run.fees[index] for index in given.indexes])
    off = candidate.offer.benefit.off(Lines(nets=fees, bases=fees, quantities=(1,) * len(fees)))
    given.parts.extend(split_within(off.cents, fees, fees, fixed=off.fixed))
    return off.cents


Giver = Callable[[Computation, Candidate, Given, Lines], int]
GIVERS: dict[Layer, Giver] = {Layer.ITEM: _give_by_unit, Layer.SHIPPING: _give_on_fees}


def compute(
    table: Table,
    segments: list[Segment],
    fees: Sequence[ShippingFee],
    members: Iterable[int],
    base: Outcome | None = None,
) -> Outcome:
    """Compute an answer: who took what, and who is in.

    `base`: an answer whose members are among these and took the same units, where there is one; it only saves work.
    """
    return Computation(table, segments, fees).run(members, base)
