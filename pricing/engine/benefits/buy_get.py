"""Buy M, get K in the cart: 买三送一 with all M+K pieces in the cart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Count, check_params
from pricing.engine.pieces import GroupBenefit, add, dearest_first, first, groups
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, Off


@benefit("buy_get", label=N_("Buy some, get some (all in the cart)"))
@dataclass(frozen=True, slots=True)
class BuyGet(GroupBenefit):
    """Of each `buy` + `get` pieces, the dearest grouped first, the `get` cheapest at `rate_bp` off or free."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "buy": (N_("Pieces to buy"), N_("So many pieces are paid in full.")),
        "get": (N_("Pieces to get"), N_("So many more pieces are free; they have to be in the cart, too.")),
        "rate_bp": (N_("Rate off"), N_("Off the pieces to get; empty = they are free.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
    }
    buy: Count
    get: Count
    rate_bp: BasisPoints | None = None
    max_times: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)

    @property
    def size(self) -> int:
        return self.buy + self.get

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        figures = {"buy": self.buy, "get": self.get}
        if self.rate_bp is not None:
            figures["rate_bp"] = self.rate_bp
        if self.max_times is not None:
            figures["max_times"] = self.max_times
        return Message(self._sentence(), figures)

    def off(self, lines: Lines) -> Off:
        """The reduced pieces alone carry it."""
        weights = [0] * len(lines.nets)
        for often, group in groups(dearest_first(lines), self.size, self.times(lines)):
            add(weights, first(reversed(group), self.get), often)
        return Off(portion(sum(weights), self._rate_bp), fixed=False, weights=tuple(weights))

    def at_most_by_line(self, lines: Lines) -> list[int]:
        whole_cents = self.at_most_cents(lines)
        return [min(whole_cents, at_most(net, self._rate_bp, WHOLE_BP)) for net in lines.nets]

    @property
    def _rate_bp(self) -> int:
        return WHOLE_BP if self.rate_bp is None else self.rate_bp

    def _sentence(self) -> str:
        if self.rate_bp is None:
            return (
                N_("Buy %(buy)s, get %(get)s free: the cheapest in the cart")
                if self.max_times is None
                else N_("Buy %(buy)s, get %(get)s free: the cheapest in the cart, up to %(max_times)s times")
            )
        return (
            N_("Buy %(buy)s, get %(get)s at %(rate_bp)s off: the cheapest in the cart")
            if self.max_times is None
            else N_("Buy %(buy)s, get %(get)s at %(rate_bp)s off: the cheapest in the cart, up to %(max_times)s times")
        )
