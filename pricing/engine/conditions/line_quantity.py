"""A number of pieces on one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.by_line import LineCondition
from pricing.engine.errors import Figure, WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition


@condition("line_quantity", label=N_("Pieces of one product"))
@dataclass(frozen=True, slots=True)
class LineQuantity(LineCondition):
    """The offer takes only lines of `least` to `most` pieces, both included. Refuses bounds that admit all or none."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "least": (N_("From this number of pieces"), ""),
        "most": (N_("Up to this number of pieces"), N_("Empty = any number.")),
    }
    least: Count = 1
    most: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if self.least == 1 and self.most is None:
            raise WrongParams(N_("Give a number above 1, or the highest number."), field="least")
        if self.most is not None and self.most < self.least:
            raise WrongParams(N_("The highest number is not below the lowest."), field="most")

    def describe(self) -> Message:
        if self.most is None:
            return Message(N_("from %(least)s pieces of one product"), {"least": self.least})
        if self.least == 1:
            return Message(N_("for at most %(most)s pieces of one product"), {"most": self.most})
        figures = {"least": self.least, "most": self.most}
        return Message(N_("for %(least)s to %(most)s pieces of one product"), figures)

    def admits(self, pieces: int) -> bool:
        return self.least <= pieces and (self.most is None or pieces <= self.most)

    def unmet_by_every_line(self) -> Reason:
        figures: dict[str, Figure] = {"condition": "line_quantity"}
        if self.least > 1:
            figures["least_pieces"] = self.least
        if self.most is not None:
            figures["most_pieces"] = self.most
        return Reason("condition", figures)
