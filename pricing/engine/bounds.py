"""Bounds: what candidates save at most, at the prices that are settled before the search."""

from collections.abc import Sequence

from pricing.engine.bits import places
from pricing.engine.candidates import Candidate
from pricing.engine.cart import ShippingFee
from pricing.engine.layers import Layer
from pricing.engine.rules import Lines
from pricing.engine.settling import Settled
from pricing.engine.stacking import Table
from pricing.engine.taking import Segments


class Bounds:
    """Bounds of discounts in cents: above the item layer no offer ever sees a net above the settled one, and no
    discount grows as nets fall.

    An item offer may come before the settled ones, so it is bounded at list price. Mandatory offers move with what
    is added, so with them everything is.
    """

    def __init__(self, table: Table, settled: Settled, fees: Sequence[ShippingFee]) -> None:
        self.table, self.fees = table, fees
        self.most: dict[int, int | None] = {}
        self.known: dict[tuple[int, ...], int | None] = {}  # by candidate, and the lines and units that it took
        self.lists: Sequence[int] = table.units
        self.units: Sequence[int] = table.units
        self.amounts: Sequence[int] = table.amounts
        self.settled_cents = settled.outcome.saving_cents
        if not settled.members:
            return
        members = list(places(settled.members))
        if any(table.candidates[place].offer.mandatory for place in members):
            self.settled_cents = sum([self.of(place, settled.segments) or 0 for place in members])
            return
        highest: dict[int, int] = {}
        segments = settled.segments
        for line, quantity, net_cents in zip(segments.lines, segments.quantities, settled.outcome.nets, strict=True):
            highest[line] = max(highest.get(line, 0), net_cents // quantity)
        self.units = [highest[line] for line in range(len(table.lines))]
        self.amounts = [unit * quantity for unit, quantity in zip(self.units, table.quantities, strict=True)]

    def of(self, place: int, segments: Segments) -> int | None:
        """Return a bound of the candidate's discount on what it took; None if its conditions cannot be met any more."""
        candidate = self.table.candidates[place]
        if not candidate.compiled.takes_lines:
            return self.wherever(place)
        taken = segments.taken_by(place, candidate)
        lines, units = [segments.lines[entry] for entry in taken], [segments.quantities[entry] for entry in taken]
        seen = (place, *lines, *units)
        if seen not in self.known:
            self.known[seen] = self._within_budget(candidate, self._on(candidate, lines, units))
        return self.known[seen]

    def may_apply(self, place: int, segments: Segments) -> bool:
        """Tell whether the candidate's conditions can still be met on what it took, or on all that it counts."""
        candidate = self.table.candidates[place]
        if not candidate.compiled.takes_lines:
            return bool(candidate.spots) and not self._hopeless(candidate, self._whole(candidate, candidate.spots))
        taken = segments.taken_by(place, candidate)
        if segments.is_whole:
            lines = self._whole(candidate, taken)
        else:
            units = [segments.quantities[entry] for entry in taken]
            lines = self._lines(candidate, [segments.lines[entry] for entry in taken], units)
        return bool(taken) and not self._hopeless(candidate, lines)

    def wherever(self, place: int) -> int | None:
        """Return a bound of the candidate's discount on whatever it may come to take; None if it can give nothing.

        A limited candidate may find its first choice taken and take other units, so all its lines count.
        """
        if place not in self.most:
            candidate = self.table.candidates[place]
            self.most[place] = self._within_budget(candidate, self._on_all(candidate))
        return self.most[place]

    def budget_is_tight(self, place: int) -> bool:
        """Tell whether the candidate's budget may ever be too small for it."""
        candidate = self.table.candidates[place]
        if candidate.budget_left_cents is None:
            return False
        return candidate.offer.coupons_per_order > 1 or (self._on_all(candidate) or 0) > candidate.budget_left_cents

    def charges(self, place: int) -> list[tuple[int, int]]:
        """Return (line, cents): the candidate never gives more than the lines that it took are charged together."""
        candidate, quantities = self.table.candidates[place], self.table.quantities
        if candidate.offer.layer is Layer.ITEM:
            unit_off_cents = candidate.offer.benefit.unit_off_cents
            goods = self.table.goods(candidate.spots)
            return [
                (line, unit_off_cents(self.lists[line], its) * quantities[line])
                for line, its in zip(candidate.spots, goods, strict=True)
            ]
        units = [quantities[line] for line in candidate.spots]
        charged = candidate.offer.benefit.at_most_by_line(self._lines(candidate, candidate.spots, units))
        return list(zip(candidate.spots, charged, strict=True))

    def of_fees(self, candidate: Candidate) -> int:
        """Return what a shipping offer gives at most: on the fees of the shops whose goods it may count."""
        shops = self.table.shops_of(candidate.spots)
        fees = tuple([fee.fee_cents for fee in self.fees if fee.shop in shops])
        return candidate.offer.benefit.at_most_cents(Lines(nets=fees, bases=fees, quantities=(1,) * len(fees)))

    def _within_budget(self, candidate: Candidate, off_cents: int | None) -> int | None:
        left = candidate.budget_left_cents
        return off_cents if left is None or off_cents is None else min(off_cents, left)

    def _on_all(self, candidate: Candidate) -> int | None:
        quantities = self.table.quantities
        return self._on(candidate, candidate.spots, [quantities[line] for line in candidate.spots])

    def _on(self, candidate: Candidate, spots: Sequence[int], units: Sequence[int]) -> int | None:
        """Return the bound on so many units of these lines; None if the conditions are not met even there."""
        lines = self._lines(candidate, spots, units)
        if not spots or self._hopeless(candidate, lines):
            return None
        if candidate.offer.layer is Layer.SHIPPING:
            off_cents = self.of_fees(candidate)
        elif candidate.offer.layer is Layer.ITEM:
            unit_off_cents, lists = candidate.offer.benefit.unit_off_cents, self.lists
            sold = zip(spots, units, self.table.goods(spots), strict=True)
            off_cents = sum([unit_off_cents(lists[line], goods) * more for line, more, goods in sold])
        else:
            off_cents = candidate.offer.benefit.at_most_cents(lines)
        return off_cents

    def _hopeless(self, candidate: Candidate, lines: Lines) -> bool:
        for condition, counted in candidate.conditions:
            seen = lines
            if counted is not None:
                seen = self._whole(candidate, list(places(counted)))
            if condition.unmet_by_lines(seen):
                return True
        return candidate.offer.benefit.unmet(lines) is not None

    def _whole(self, candidate: Candidate, spots: Sequence[int]) -> Lines:
        """Return all units of these lines."""
        quantities = self.table.quantities
        if candidate.offer.layer is Layer.ITEM or candidate.offer.threshold_on == "list":
            return self._lines(candidate, spots, [quantities[line] for line in spots])
        nets = tuple([self.amounts[line] for line in spots])
        goods = self.table.goods(spots) if candidate.offer.benefit.READS_GOODS else ()
        return Lines(nets, nets, tuple([quantities[line] for line in spots]), goods)

    def _lines(self, candidate: Candidate, spots: Sequence[int], quantities: Sequence[int]) -> Lines:
        units = self.lists if candidate.offer.layer is Layer.ITEM else self.units
        nets = tuple([units[line] * quantity for line, quantity in zip(spots, quantities, strict=True)])
        bases = nets
        if candidate.offer.threshold_on == "list" and units is not self.lists:
            bases = tuple([self.lists[line] * quantity for line, quantity in zip(spots, quantities, strict=True)])
        goods = self.table.goods(spots) if candidate.offer.benefit.READS_GOODS else ()
        return Lines(nets, bases, tuple(quantities), goods)
