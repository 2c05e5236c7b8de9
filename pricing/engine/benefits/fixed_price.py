"""A set price for each unit, never a raise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import Price, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("fixed_price", label=N_("Set price"))
@dataclass(frozen=True, slots=True)
class FixedPrice(Benefit):
    """Each unit costs `price_cents`; where it is already cheaper nothing changes."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ITEM})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "price_cents": (N_("Activity price"), N_("The price of one unit.")),
    }
    price_cents: Price

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("Now %(price_cents)s"), {"price_cents": self.price_cents})

    def off(self, lines: Lines) -> Off:
        return Off(max(0, lines.total_cents - self.price_cents * lines.pieces))
