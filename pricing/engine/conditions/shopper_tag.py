"""Customers with some tags only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Codes, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("shopper_tag", label=N_("Customer tags"))
@dataclass(frozen=True, slots=True)
class ShopperTag(Condition):
    """The shopper has at least one of `tags`."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"tags": (N_("Tags"), N_("One of them is enough."))}
    tags: Codes

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("for customers tagged %(tags)s"), {"tags": ", ".join(sorted(self.tags))})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        if not self.tags.isdisjoint(cart.shopper.tags):
            return None
        return Reason("sign_in" if cart.shopper.id is None else "audience", {"condition": "shopper_tag"})
