"""Conditions on single lines: an offer takes only the lines that meet them."""

from typing import ClassVar, Literal

from pricing.engine.reasons import Reason
from pricing.engine.rules import Condition


class LineCondition(Condition):
    """What must hold for each line that an offer takes; other lines stay open to other offers.

    The whole merged line is looked at, so the same lines are open in every answer, however a limit splits them.
    """

    __slots__ = ()
    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"

    def admits(self, pieces: int) -> bool:
        """Tell whether a line of so many pieces qualifies."""
        raise NotImplementedError

    def unmet_by_every_line(self) -> Reason:
        """Return what is said where no line qualifies."""
        raise NotImplementedError
