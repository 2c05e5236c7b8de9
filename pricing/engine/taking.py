"""Taking: an offer takes every unit of its scope that is open to it; a limit splits lines into segments."""

from typing import NamedTuple

from pricing.engine.candidates import Candidate
from pricing.engine.layers import Layer
from pricing.engine.stacking import Table


class Segment(NamedTuple):
    """Some units of one merged line and the set of candidates that took them."""

    line: int
    quantity: int
    takers: int


def untaken(table: Table) -> list[Segment]:
    """Return the lines before anybody took."""
    return [Segment(place, merged.quantity, 0) for place, merged in enumerate(table.lines)]


class Allowance:
    """What a limited candidate may still take: counted down as it, or another coupon of its offer, takes."""

    def __init__(self, table: Table, place: int, segments: list[Segment]) -> None:
        candidate, kin = table.candidates[place], table.kin[place]
        self.table = table
        self.by_sku = dict(candidate.sku_units_left or {})
        self.over_all = candidate.all_units_left
        for segment in segments:
            for _ in range((segment.takers & kin).bit_count()):
                self.grant(segment)

    def grant(self, segment: Segment) -> int:
        """Return how many units of the segment may be taken, and count them."""
        sku = self.table.lines[segment.line].line.sku
        units = min(segment.quantity, self.by_sku.get(sku, segment.quantity))
        units = max(0, units if self.over_all is None else min(units, self.over_all))
        if sku in self.by_sku:
            self.by_sku[sku] -= units
        if self.over_all is not None:
            self.over_all -= units
        return units


def take(table: Table, segments: list[Segment], place: int, allowance: Allowance | None = None) -> list[Segment] | None:
    """Return the segments after candidate `place` took all that is open to it; None if nothing is."""
    candidate, shuns, bit = table.candidates[place], table.shuns[place] | 1 << place, 1 << place
    lines = candidate.lines
    if candidate.is_limited:
        free = [i for i, (line, _, takers) in enumerate(segments) if line in lines and not takers & shuns]
        return _take_limited(table, segments, place, free, allowance or Allowance(table, place, segments))
    taken, after = False, []
    for segment in segments:
        line, quantity, takers = segment
        if line in lines and not takers & shuns:
            after.append(Segment(line, quantity, takers | bit))
            taken = True
        else:
            after.append(segment)
    return after if taken else None


def _take_limited(
    table: Table, segments: list[Segment], place: int, free: list[int], allowance: Allowance
) -> list[Segment] | None:
    """Take the units with the largest saving first, then by line key, as far as the limit goes."""
    candidate = table.candidates[place]
    free.sort(key=lambda index: (-unit_saving_cents(table, candidate, segments[index].line), index))
    taken = {index: units for index in free if (units := allowance.grant(segments[index]))}
    return _split(segments, taken, 1 << place) if taken else None


def _split(segments: list[Segment], taken: dict[int, int], bit: int) -> list[Segment]:
    after = []
    for index, (line, quantity, takers) in enumerate(segments):
        units = taken.get(index, 0)
        if units:
            after.append(Segment(line, units, takers | bit))
        if quantity > units:
            after.append(Segment(line, quantity - units, takers))
    return after


def unit_saving_cents(table: Table, candidate: Candidate, line: int) -> int:
    """Return what the offer saves on one unit of a line at list price; above the item layer larger prices save more."""
    list_cents = table.units[line]
    if candidate.offer.layer is not Layer.ITEM:
        return list_cents
    return min(list_cents - table.floors[line], candidate.offer.benefit.unit_off_cents(list_cents))
