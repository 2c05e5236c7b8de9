"""Any N pieces for a price: 任选3件99元."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, Price, check_params
from pricing.engine.pieces import CHEAPEST, DEAREST, GroupBenefit, Pick, groups, lowered, picked
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, Off


@benefit("any_n_for_price", label=N_("Any pieces for a price"))
@dataclass(frozen=True, slots=True)
class AnyNForPrice(GroupBenefit):
    """Each group of `pieces`, the dearest or the cheapest first, costs `price_cents`; one that already costs less stays
    as it is."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "pieces": (N_("Pieces"), N_("So many pieces, chosen freely, cost the price together.")),
        "price_cents": (N_("Price together"), N_("Never a raise: pieces that cost less together stay as they are.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
        "pick": (N_("Groups begin with"), N_("Which pieces come into the groups first.")),
    }
    pieces: Count
    price_cents: Price
    max_times: Count | None = None
    pick: Pick = DEAREST

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
            return Message(SENTENCES[self.pick, False], figures)
        return Message(SENTENCES[self.pick, True], figures | {"max_times": self.max_times})

    def off(self, lines: Lines) -> Off:
        """The pieces of the groups that become cheaper carry it, by net."""
        found = groups(picked(lines, self.pick), self.size, self.times(lines))
        return lowered(lines, found, self.price_cents)

    def at_most_cents(self, lines: Lines) -> int:
        """More cheap pieces may give less, never more than the dearest groups give."""
        return self.off(lines).cents if self.pick == DEAREST else replace(self, pick=DEAREST).off(lines).cents


# by the pieces that come first, and whether the number of times is limited
SENTENCES: Mapping[tuple[str, bool], str] = {
    (DEAREST, False): N_("Any %(pieces)s pieces for %(price_cents)s"),
    (DEAREST, True): N_("Any %(pieces)s pieces for %(price_cents)s, up to %(max_times)s times"),
    (CHEAPEST, False): N_("The cheapest %(pieces)s pieces for %(price_cents)s, then the next ones"),
    (CHEAPEST, True): N_("The cheapest %(pieces)s pieces for %(price_cents)s, up to %(max_times)s times"),
}
