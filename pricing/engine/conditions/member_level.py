"""Members of some levels only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Codes, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("member_level", label=N_("Member level"))
@dataclass(frozen=True, slots=True)
class MemberLevel(Condition):
    """The shopper's level is one of `levels`."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"levels": (N_("Levels"), "")}
    levels: Codes

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("for %(levels)s members only"), {"levels": ", ".join(sorted(self.levels))})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        if cart.shopper.level in self.levels:
            return None
        return Reason("sign_in" if cart.shopper.id is None else "audience", {"condition": "member_level"})
