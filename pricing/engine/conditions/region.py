"""Some regions only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Codes, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("region", label=N_("Region"))
@dataclass(frozen=True, slots=True)
class InRegion(Condition):
    """The cart's region is one of `regions`."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"regions": (N_("Regions"), "")}
    regions: Codes

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("in %(regions)s"), {"regions": ", ".join(sorted(self.regions))})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        return None if cart.region in self.regions else Reason("region")
