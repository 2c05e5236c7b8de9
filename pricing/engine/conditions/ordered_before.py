"""Customers who have ordered before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("ordered_before", label=N_("Customers who have ordered before"))
@dataclass(frozen=True, slots=True)
class OrderedBefore(Condition):
    """The shopper has placed an order before this one; the opposite of the first order."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def describe(self) -> Message:
        return Message(N_("for customers who have ordered before"))

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        placed = cart.shopper.orders_placed
        if placed:
            return None
        return Reason("sign_in" if placed is None else "audience", {"condition": "ordered_before"})
