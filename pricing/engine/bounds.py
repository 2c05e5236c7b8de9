"""Bounds: what candidates save at most, at the prices that are settled before the search."""

from collections.abc import Sequence

from pricing.engine.candidates import Candidate
from pricing.engine.cart import ShippingFee
from pricing.engine.layers import Layer
from pricing.engine.rules import Lines
from pricing.engine.settling import Settled
from pricing.engine.stacking import Table, places
from pricing.engine.taking import Segment


class Bounds:
    """Bounds of discounts in cents: above the item layer no offer ever sees a net above the settled one, and no
    discount grows as nets fall.

    An item offer may come before the settled ones, so it is bounded at list price. Mandatory offers move with what
    is added, so with them everything is.
    """

    def __init__(self, table: Table, settled: Settled, fees: Sequence[ShippingFee]) -> None:
        self.table, self.fees = table, fees
        members = list(places(settled.members))
        self.lists: Sequence[int] = table.units
        self.units: Sequence[int] = table.units
        if any(table.candidates[place].offer.mandatory for place in members):
            self.settled_cents = sum(self.of(place, settled.segments) or 0 for place in members)
            return
        self.settled_cents = settled.outcome.saving_cents
        highest: dict[int, int] = {}
        for segment, net_cents in zip(settled.segments, settled.outcome.nets, strict=True):
            highest[segment.line] = max(highest.get(segment.line, 0), net_cents // segment.quantity)
        self.units = [highest[line] for line in range(len(table.lines))]

    def of(self, place: int, segments: list[Segment]) -> int | None:
        """Return a bound of the candidate's discount on what it took; None if its conditions cannot be met any more."""
        candidate, bit = self.table.candidates[place], 1 << place
        if not candidate.takes_lines:
            return self.of_fees(candidate) if candidate.offer.layer is Layer.SHIPPING else 0
        taken = [segment for segment in segments if segment.takers & bit]
        lines = self._lines(candidate, taken)
        if not taken or self._hopeless(candidate, lines):
            return None
        if candidate.offer.layer is Layer.ITEM:
            unit_off_cents = candidate.offer.benefit.unit_off_cents
            off_cents = sum(unit_off_cents(self.lists[line]) * quantity for line, quantity, _ in taken)
        else:
            off_cents = candidate.offer.benefit.at_most_cents(lines)
        left = candidate.budget_left_cents
        return off_cents if left is None else min(off_cents, left)

    def wherever(self, place: int) -> int | None:
        """Return a bound of the candidate's discount on whatever it may come to take; None if it can give nothing.

        A limited candidate may find its first choice taken and take other units, so all its lines count.
        """
        return self.of(
            place,
            [
                Segment(line, self.table.lines[line].quantity, 1 << place)
                for line in sorted(self.table.candidates[place].lines)
            ],
        )

    def charges(self, place: int) -> list[tuple[int, int]]:
        """Return (line, cents): the candidate never gives more than the lines that it took are charged together."""
        candidate = self.table.candidates[place]
        found = sorted(candidate.lines)
        segments = [Segment(line, self.table.lines[line].quantity, 0) for line in found]
        if candidate.offer.layer is Layer.ITEM:
            unit_off_cents = candidate.offer.benefit.unit_off_cents
            return [(line, unit_off_cents(self.lists[line]) * quantity) for line, quantity, _ in segments]
        return list(zip(found, candidate.offer.benefit.at_most_by_line(self._lines(candidate, segments)), strict=True))

    def of_fees(self, candidate: Candidate) -> int:
        """Return what a shipping offer gives at most: on the fees of the shops whose goods it may count."""
        shops = self.table.shops_of(candidate.lines)
        fees = tuple([fee.fee_cents for fee in self.fees if fee.shop in shops])
        return candidate.offer.benefit.at_most_cents(Lines(nets=fees, bases=fees, quantities=(1,) * len(fees)))

    def _hopeless(self, candidate: Candidate, lines: Lines) -> bool:
        for condition, counted in candidate.conditions:
            seen = (
                lines
                if counted is None
                else self._lines(candidate, [Segment(line, self.table.lines[line].quantity, 0) for line in counted])
            )
            if condition.unmet_by_lines(seen):
                return True
        return candidate.offer.benefit.unmet(lines) is not None

    def _lines(self, candidate: Candidate, segments: Sequence[Segment]) -> Lines:
        units = self.lists if candidate.offer.layer is Layer.ITEM else self.units
        nets = tuple([units[line] * quantity for line, quantity, _ in segments])
        bases = nets
        if candidate.offer.threshold_on == "list":
            bases = tuple([self.lists[line] * quantity for line, quantity, _ in segments])
        return Lines(
            nets=nets,
            bases=bases,
            quantities=tuple([quantity for _, quantity, _ in segments]),
            goods=self.table.goods([line for line, _, _ in segments], candidate),
        )
