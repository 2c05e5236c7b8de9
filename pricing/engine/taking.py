"""Taking: an offer takes every unit of its scope that is open to it; a limit splits lines into segments."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pricing.engine.candidates import Candidate
from pricing.engine.layers import Layer
from pricing.engine.stacking import Table


class Segments(NamedTuple):
    """The units of the cart, divided by who took them: entry i is `quantities[i]` units of line `lines[i]`, taken by
    the candidates in the set `takers[i]`.

    Entries are in the order of lines; a line has one entry until a limit splits it. `is_whole`: no line is split, so
    that entry and line are the same.
    """

    lines: tuple[int, ...]
    quantities: tuple[int, ...]
    takers: list[int]
    is_whole: bool = True

    def of(self, candidate: Candidate) -> Sequence[int]:
        """Return the entries of the lines that a candidate may take."""
        if self.is_whole:
            return candidate.spots
        return [entry for entry, line in enumerate(self.lines) if candidate.lines >> line & 1]

    def taken_by(self, place: int, candidate: Candidate) -> list[int]:
        """Return the entries that a candidate took."""
        takers, bit = self.takers, 1 << place
        return [entry for entry in (candidate.spots if self.is_whole else self.of(candidate)) if takers[entry] & bit]

    def each(self) -> Iterator[tuple[int, int, int]]:
        """Return (line, units, takers) of every entry."""
        return zip(self.lines, self.quantities, self.takers, strict=True)


def segments_of(entries: Sequence[tuple[int, int, int]]) -> Segments:
    """Return the segments of (line, units, takers), of which there are some."""
    lines, quantities, takers = zip(*entries, strict=True)
    return Segments(lines, quantities, list(takers), lines[-1] == len(lines) - 1)


def untaken(table: Table) -> Segments:
    """Return the lines before anybody took."""
    return Segments(tuple(range(len(table.lines))), table.quantities, [0] * len(table.lines))


class Allowance:
    """What a limited candidate may still take: counted down as it, or another coupon of its offer, takes."""

    def __init__(self, table: Table, place: int, segments: Segments) -> None:
        candidate, kin = table.candidates[place], table.kin[place]
        self.table = table
        self.by_sku = dict(candidate.sku_units_left or {})
        self.over_all = candidate.all_units_left
        self.own: dict[str, int] = {}
        for line, quantity, takers in segments.each() if kin else ():
            for _ in range((takers & kin).bit_count()):
                self.grant(line, quantity)
        self.own = dict(candidate.compiled.units_taken or {})  # every coupon has its own

    def grant(self, line: int, quantity: int) -> int:
        """Return how many of so many units of a line may be taken, and count them."""
        sku = self.table.lines[line].line.sku
        units = min(quantity, self.by_sku.get(sku, quantity), self.own.get(sku, quantity))
        units = max(0, units if self.over_all is None else min(units, self.over_all))
        if sku in self.by_sku:
            self.by_sku[sku] -= units
        if sku in self.own:
            self.own[sku] -= units
        if self.over_all is not None:
            self.over_all -= units
        return units


def take(table: Table, segments: Segments, place: int) -> Segments | None:
    """Return the segments after candidate `place` took all that is open to it; None if nothing is."""
    candidate, takers, bit = table.candidates[place], segments.takers, 1 << place
    shuns = table.shuns[place] | bit
    spots = candidate.spots if segments.is_whole else segments.of(candidate)
    free = [entry for entry in spots if not takers[entry] & shuns]
    if not free:
        return None
    if candidate.is_limited:
        return _take_limited(table, segments, place, free)
    takers = takers.copy()
    for entry in free:
        takers[entry] |= bit
    return Segments(segments.lines, segments.quantities, takers, segments.is_whole)


def _take_limited(table: Table, segments: Segments, place: int, free: list[int]) -> Segments | None:
    """Take the units with the largest saving first, then by line key, as far as the limit goes."""
    candidate, allowance = table.candidates[place], Allowance(table, place, segments)
    free.sort(key=lambda entry: (-unit_saving_cents(table, candidate, segments.lines[entry]), entry))
    taken = {
        entry: units for entry in free if (units := allowance.grant(segments.lines[entry], segments.quantities[entry]))
    }
    return _split(segments, taken, 1 << place) if taken else None


def _split(segments: Segments, taken: dict[int, int], bit: int) -> Segments:
    """Let some units of entries be taken; the units that are not become an entry of their own."""
    after: list[tuple[int, int, int]] = []
    for entry, (line, quantity, takers) in enumerate(segments.each()):
        units = taken.get(entry, 0)
        if units:
            after.append((line, units, takers | bit))
        if quantity > units:
            after.append((line, quantity - units, takers))
    return segments_of(after)


def unit_saving_cents(table: Table, candidate: Candidate, line: int) -> int:
    """Return what the offer saves on one unit of a line at list price; above the item layer larger prices save more."""
    list_cents = table.units[line]
    if candidate.offer.layer is not Layer.ITEM:
        return list_cents
    return min(
        list_cents - table.floors[line], candidate.offer.benefit.unit_off_cents(list_cents, table.lines[line].line)
    )
