"""The shopper's n-th order, such as the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition


@condition("nth_order", label=N_("First or n-th order"))
@dataclass(frozen=True, slots=True)
class NthOrder(Condition):
    """This order would be the shopper's `order_number`-th; 1 = new customers only."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "cart"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {"order_number": (N_("Number of the order"), N_("1 = the first."))}
    order_number: Count = 1

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        if self.order_number == 1:
            return Message(N_("for the first order"))
        return Message(N_("for order number %(order_number)s"), {"order_number": self.order_number})

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        placed = cart.shopper.orders_placed
        if placed is not None and placed + 1 == self.order_number:
            return None
        return Reason("sign_in" if placed is None else "audience", {"condition": "nth_order"})
