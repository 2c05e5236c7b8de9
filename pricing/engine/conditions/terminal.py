"""Some terminals only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Codes, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("terminal", label=N_("Terminal"))
@dataclass(frozen=True, slots=True)
class InTerminal(Condition):
    """The cart's terminal is one of `terminals`."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"terminals": (N_("Terminals"), "")}
    terminals: Codes

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("in %(terminals)s"), {"terminals": ", ".join(sorted(self.terminals))})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        return None if cart.terminal in self.terminals else Reason("terminal")
