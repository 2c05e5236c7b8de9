"""Members of one audience only, whatever makes somebody a member of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import CODE, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("audience", label=N_("Audience"))
@dataclass(frozen=True, slots=True)
class InAudience(Condition):
    """The shopper belongs to the audience that the site knows by the name `audience`.

    Tags, levels, lists and first orders are judged where they are known; the engine is told the outcome.
    """

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"audience": (N_("Name of the audience"), "")}
    audience: Annotated[str, CODE]

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("for selected customers"))

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        if self.audience in cart.shopper.audiences:
            return None
        return Reason("sign_in" if cart.shopper.id is None else "audience", {"condition": "audience"})
