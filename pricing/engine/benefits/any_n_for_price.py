"""Any N pieces for a price: 任选3件99元."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, Price, check_params
from pricing.engine.pieces import GroupBenefit, dearest_first, groups, lowered
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, Off


@benefit("any_n_for_price", label=N_("Any pieces for a price"))
@dataclass(frozen=True, slots=True)
class AnyNForPrice(GroupBenefit):
    """Each group of `pieces`, the dearest first, costs `price_cents`; one that already costs less stays as it is."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "pieces": (N_("Pieces"), N_("So many pieces, chosen freely, cost the price together.")),
        "price_cents": (N_("Price together"), N_("Never a raise: pieces that cost less together stay as they are.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
    }
    pieces: Count
    price_cents: Price
    max_times: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if self.pieces < 2:
            raise WrongParams(N_("Give 2 pieces or more."), field="pieces")

    @property
    def size(self) -> int:
        return self.pieces

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        figures = {"pieces": self.pieces, "price_cents": self.price_cents}
        if self.max_times is None:
            return Message(N_("Any %(pieces)s pieces for %(price_cents)s"), figures)
        return Message(
            N_("Any %(pieces)s pieces for %(price_cents)s, up to %(max_times)s times"),
            figures | {"max_times": self.max_times},
        )

    def off(self, lines: Lines) -> Off:
        """The pieces of the groups that become cheaper carry it, by net."""
        return lowered(lines, groups(dearest_first(lines), self.size, self.times(lines)), self.price_cents)
