"""Compounding: rates that share a line multiply, they do not add up.

Two fifths off and a half off leave 30 %, not 10 %. What a line loses by rates is at most its settled net less the
product of what each leaves, whatever else happens to the line: amounts taken off before make every later rate give
less. Rounding a rate and splitting it over lines may shift less than one cent per line.
"""

from collections.abc import Iterable

from pricing.engine.bits import places
from pricing.engine.bounds import Bounds
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.stacking import Table
from pricing.engine.taking import Segments

WHOLE = 10**12  # what is left of a line is counted in parts of this, rounded down: the bound is never too low


class Compounding:
    """The bound for the candidates whose benefit is a plain rate (`rated`, a bit mask)."""

    def __init__(self, table: Table, bounds: Bounds, among: Iterable[int]) -> None:
        self.table, self.units = table, bounds.units
        self.rates: dict[int, int] = {}
        for place in among:
            candidate = table.candidates[place]
            rate_bp = candidate.offer.benefit.plain_rate_bp
            if rate_bp is not None and candidate.offer.layer not in (Layer.ITEM, Layer.SHIPPING):
                self.rates[place] = rate_bp
        self.rated = sum(1 << place for place in self.rates)
        self.on_line = [0] * len(table.lines)
        for place in self.rates:
            for line in table.candidates[place].spots:
                self.on_line[line] |= 1 << place
        self.known: dict[tuple[int, int], int] = {}

    def cents(self, segments: Segments, members: int, open_to: int) -> int:
        """Return what the rates of the members, and of those who may still follow, take off at most together."""
        shuns, total = self.table.shuns, 0
        open_rates = open_to & self.rated
        admitted_by: dict[int, int] = {}
        for line, quantity, takers in zip(*segments, strict=True):
            if takers not in admitted_by:
                admitted = sum([1 << place for place in places(open_rates) if not takers & shuns[place]])
                admitted_by[takers] = admitted | takers & self.rated
            total += self._off(line, admitted_by[takers] & self.on_line[line]) * quantity
        rounds = (members & self.rated | open_rates).bit_count()
        return -(-total // WHOLE) + rounds * len(segments.lines)

    def _off(self, line: int, rates: int) -> int:
        """Return what these rates take off one unit, in cents times WHOLE."""
        known = self.known.get((line, rates))
        if known is None:
            left = WHOLE
            for place in places(rates):
                left = left * (WHOLE_BP - self.rates[place]) // WHOLE_BP
            known = self.known[line, rates] = self.units[line] * (WHOLE - left)
        return known
