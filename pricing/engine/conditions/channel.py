"""Some channels only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Codes, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("channel", label=N_("Channel"))
@dataclass(frozen=True, slots=True)
class InChannel(Condition):
    """The cart's channel is one of `channels`."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"channels": (N_("Channels"), "")}
    channels: Codes

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("in %(channels)s"), {"channels": ", ".join(sorted(self.channels))})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        return None if cart.channel in self.channels else Reason("channel")
