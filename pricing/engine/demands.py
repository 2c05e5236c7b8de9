"""Demands: the shopper's choices as constraints of the search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pricing.engine.answer import DroppedChoice, NotApplied
from pricing.engine.bits import mask_of
from pricing.engine.choices import Choices
from pricing.engine.reasons import Reason
from pricing.engine.stacking import Table
from pricing.engine.taking import Segments


@dataclass(frozen=True, slots=True)
class Demand:
    """One of `candidates` shall be in the answer; if `line` is given, it shall take that line."""

    candidates: int
    line: int | None = None
    line_key: str = ""
    offer: str = ""
    coupon: str = ""

    def is_met(self, members: int, segments: Segments) -> bool:
        """Tell whether an answer does it."""
        if self.line is None:
            return bool(self.candidates & members)
        return any(
            line == self.line and takers & self.candidates
            for line, takers in zip(segments.lines, segments.takers, strict=True)
        )

    def dropped(self, reason: Reason) -> DroppedChoice:
        """Say that it could not be done."""
        return DroppedChoice(self.line_key, self.offer, self.coupon, reason)


def demands_of(choices: Choices, table: Table) -> list[Demand]:
    """Return the demands: coupons by id, then pins by line."""
    if not (choices.coupons or choices.pinned):
        return []
    demands = []
    for coupon in sorted(choices.coupons or ()):
        bits = sum(1 << place for place, candidate in enumerate(table.candidates) if candidate.coupon_id == coupon)
        demands.append(Demand(candidates=bits, coupon=coupon))
    for place, merged in enumerate(table.lines if choices.pinned else ()):
        if merged.pinned is not None:
            bits = sum(
                1 << at
                for at, candidate in enumerate(table.candidates)
                if candidate.offer.id == merged.pinned and candidate.lines >> place & 1
            )
            demands.append(Demand(bits, place, merged.parts[0][0], offer=merged.pinned))
    there = {key for merged in table.lines for key, _ in merged.parts} if choices.pinned else set()
    return demands + [Demand(0, None, key, offer=choices.pinned[key]) for key in sorted(choices.pinned.keys() - there)]


def closed_to_others(table: Table, demands: Sequence[Demand]) -> Table:
    """Return the table where a pinned line is closed to all who could not share it with the pinned offer.

    Mandatory offers do not give way.
    """
    pins = {demand.line: demand.candidates for demand in demands if demand.line is not None}
    if not pins:
        return table
    candidates = []
    for place, candidate in enumerate(table.candidates):
        shuns = table.shuns[place]
        closed = mask_of([line for line, pin in pins.items() if not pin >> place & 1 and not pin & ~shuns])
        keeps = candidate.offer.mandatory or not candidate.compiled.takes_lines
        candidates.append(candidate if keeps else candidate.without(closed))
    return replace(table, candidates=tuple(candidates))


def why_impossible(demand: Demand, turned_away: Sequence[NotApplied]) -> Reason:
    """Return why nobody can do what is demanded."""
    for refusal in turned_away:
        if refusal.coupon == demand.coupon if demand.coupon else refusal.offer == demand.offer:
            return refusal.reason
    return Reason("unknown" if demand.coupon else "not_on_this_line")
