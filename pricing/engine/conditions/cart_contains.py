"""Some goods in the cart, which need not be those that the offer takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition, Lines
from pricing.engine.scope import Scope, ScopeParam


@condition("cart_contains", label=N_("Cart contains"))
@dataclass(frozen=True, slots=True)
class CartContains(Condition):
    """At least `pieces` units of `scope` are in the cart, all SKUs together. They are not taken, whatever they cost."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "lines"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "scope": (N_("Goods in the cart"), N_("They are only counted; other offers may still reduce them.")),
        "pieces": (N_("From this number of pieces"), ""),
    }
    scope: ScopeParam
    pieces: Count = 1

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        if self.pieces == 1:
            return Message(N_("with one of certain goods in the cart"))
        return Message(N_("with %(pieces)s pieces of certain goods in the cart"), {"pieces": self.pieces})

    def counted_scope(self) -> Scope | None:
        return self.scope

    def counting(self, scope: Scope) -> Condition:
        return replace(self, scope=scope)

    def unmet_by_lines(self, lines: Lines) -> Reason | None:
        missing = self.pieces - lines.pieces
        if missing <= 0:
            return None
        return Reason("condition", {"condition": "cart_contains", "missing_pieces": missing})
