"""Prices by the piece, for pieces that are counted together: those of one SKU, or all that an offer took."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from pricing.engine.by_sku import counted_together, pieces_of
from pricing.engine.layers import Layer
from pricing.engine.messages import Message
from pricing.engine.params import Flag, check_params
from pricing.engine.pieces import Run
from pricing.engine.reasons import Reason
from pricing.engine.rules import Benefit, Lines, NextTier, Off
from pricing.engine.unit_tiers import UnitTier, UnitTiers


class UnitPriceBenefit(Benefit):
    """What a piece costs depends on how many pieces there are; the pieces that become cheaper carry it.

    More pieces and higher prices never give less, and a piece gets most among all of them: so a part of the lines
    gets no more than these lines get here, and what each line gets is its bound.
    """

    __slots__ = ()
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.MULTI})
    READS_GOODS: ClassVar[bool] = True
    SENTENCES: ClassVar[Mapping[tuple[str, bool], str]]
    tiers: UnitTiers
    over_all: Flag

    def __post_init__(self) -> None:
        check_params(self)

    def reduced(self, runs: list[Run]) -> Iterable[tuple[UnitTier, Run]]:
        """Return which pieces get what, of those that are counted together."""
        raise NotImplementedError

    def describe(self) -> Message:
        tier = self.tiers[-1]
        figures = {"from_pieces": tier.from_pieces, tier.gives: getattr(tier, tier.gives)}
        return Message(self.SENTENCES[tier.gives, self.over_all], figures)

    def off(self, lines: Lines) -> Off:
        parts = [0] * len(lines.nets)
        for runs in counted_together(lines, over_all=self.over_all):
            for tier, run in self.reduced(runs):
                parts[run.line] += tier.reduction(run.unit_cents) * run.pieces
        return Off(sum(parts), fixed=False, parts=tuple(parts))

    def at_most_by_line(self, lines: Lines) -> list[int]:
        return list(self.off(lines).parts or ())

    def unmet(self, lines: Lines) -> Reason | None:
        most = max([pieces_of(runs) for runs in counted_together(lines, over_all=self.over_all)], default=0)
        missing = self.tiers[0].from_pieces - most
        return Reason("below_threshold", {"missing_pieces": missing}) if missing > 0 else None

    def next_tier(self, lines: Lines) -> NextTier | None:
        """Return the tier for which the fewest pieces of one SKU, or of all, are missing."""
        steps = self._steps(lines)
        if not steps:
            return None
        missing = min(missing for missing, _ in steps)
        return NextTier(self.off(self.grown(lines, 0, missing)).cents, missing_pieces=missing)

    def grown(self, lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
        """Further pieces are those of the SKU that is nearest to its next tier."""
        steps = self._steps(lines)
        if not missing_pieces or not steps:
            return super().grown(lines, missing_cents, missing_pieces)
        _, run = min(steps, key=lambda step: step[0])
        more_cents = max(missing_cents, run.unit_cents * missing_pieces)
        grown = super().grown(lines, more_cents, missing_pieces)
        return grown._replace(goods=(*lines.goods, lines.goods[run.line])) if lines.goods else grown

    def _steps(self, lines: Lines) -> list[tuple[int, Run]]:
        """Return (pieces missing for the next tier, the cheapest piece) of all that are counted together."""
        found = []
        for runs in counted_together(lines, over_all=self.over_all):
            there = pieces_of(runs)
            higher = next((tier for tier in self.tiers if tier.from_pieces > there), None)
            if higher:
                found.append((higher.from_pieces - there, runs[-1]))
        return found
