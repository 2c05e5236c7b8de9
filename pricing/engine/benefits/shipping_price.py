"""Shipping at a set price, never a raise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("shipping_price", label=N_("Shipping at a set price"))
@dataclass(frozen=True, slots=True)
class ShippingPrice(Benefit):
    """All the fees together cost `price_cents`, however many shops send; where they cost less nothing changes.

    `Lines` are the fees here. A price of 0 is what `free_shipping` is for.
    """

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.SHIPPING})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "price_cents": (
            N_("Price of shipping"),
            N_("For the shipping of all shops together; where it costs less already, nothing changes."),
        ),
    }
    price_cents: Cents

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("Shipping for %(price_cents)s"), {"price_cents": self.price_cents})

    def off(self, lines: Lines) -> Off:
        return Off(max(0, lines.total_cents - self.price_cents))
