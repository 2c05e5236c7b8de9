"""A set price: for each unit in the item layer, for everything together above it; never a raise."""

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
    """`price_cents` is what is left to pay; where that is less already nothing changes."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ITEM, Layer.ORDER})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "price_cents": (
            N_("Activity price"),
            N_("Of one unit where single goods are reduced, else of everything together."),
        ),
    }
    price_cents: Price

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("Now %(price_cents)s"), {"price_cents": self.price_cents})

    def off(self, lines: Lines) -> Off:
        return Off(max(0, lines.total_cents - self.price_cents))
