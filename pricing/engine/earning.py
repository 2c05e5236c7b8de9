"""Earning: how often an order has earned what is added to it, by amount or by pieces."""

from typing import ClassVar

from pricing.engine.additions import Added, Shelf
from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_
from pricing.engine.reasons import Reason
from pricing.engine.rules import Benefit, Lines, NextTier, Off

ABOUT_EARNING = {
    "threshold_cents": (N_("From this amount on"), N_("Reached by exactly this amount.")),
    "threshold_pieces": (N_("From so many pieces on"), N_("Instead of an amount.")),
}


class EarnedBenefit(Benefit):
    """A benefit that takes no line: it counts the lines in scope and adds something to the order."""

    __slots__ = ()
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ORDER})
    TAKES_LINES: ClassVar[bool] = False
    threshold_cents: int | None
    threshold_pieces: int | None

    def added(self, times: int, shelf: Shelf) -> Added:
        """Return what is added when it is earned so often."""
        raise NotImplementedError

    def check_threshold(self) -> None:
        """Refuse an amount and a number of pieces at once."""
        if self.threshold_cents and self.threshold_pieces:
            raise WrongParams(N_("Give an amount or a number of pieces, not both."), field="threshold_pieces")

    @property
    def repeats(self) -> bool:
        """Whether it is earned again with every full threshold."""
        return False

    @property
    def most_times(self) -> int | None:
        """How often it is earned at most; None = as often as the threshold is reached."""
        return None

    def off(self, lines: Lines) -> Off:
        return Off(0)

    def adds(self, lines: Lines, shelf: Shelf) -> Added:
        times = self._times(lines)
        return self.added(times, shelf) if times else Added()

    def unmet(self, lines: Lines) -> Reason | None:
        missing = self._threshold - self._measured(lines)
        return Reason("below_threshold", {self._figure: missing}) if missing > 0 else None

    def next_tier(self, lines: Lines) -> NextTier | None:
        times = self._times(lines) + 1
        if times > 1 and (not self.repeats or times > (self.most_times or times)):
            return None
        missing = times * self._threshold - self._measured(lines)
        if missing <= 0:
            return None
        return NextTier(0, missing_pieces=missing) if self.threshold_pieces else NextTier(0, missing_cents=missing)

    def _times(self, lines: Lines) -> int:
        reached = self._measured(lines) // self._threshold if self._threshold else 1
        most = self.most_times if self.repeats else 1
        return reached if most is None else min(reached, most)

    def _measured(self, lines: Lines) -> int:
        return lines.pieces if self.threshold_pieces else lines.base_cents

    @property
    def _threshold(self) -> int:
        return self.threshold_cents or self.threshold_pieces or 0

    @property
    def _figure(self) -> str:
        return "missing_pieces" if self.threshold_pieces else "missing_cents"
