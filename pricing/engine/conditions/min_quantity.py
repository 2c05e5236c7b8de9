"""A least number of pieces, of what the offer took or of a scope of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition, Lines
from pricing.engine.scope import Scope, ScopeParam


@condition("min_quantity", label=N_("Least number of pieces"))
@dataclass(frozen=True, slots=True)
class MinQuantity(Condition):
    """At least `pieces` units."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "lines"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "pieces": (N_("From this number of pieces"), ""),
        "scope": (N_("Counted goods"), N_("Empty = the goods the offer is about.")),
    }
    pieces: Count
    scope: ScopeParam | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("from %(pieces)s pieces"), {"pieces": self.pieces})

    def counted_scope(self) -> Scope | None:
        return self.scope

    def counting(self, scope: Scope) -> Condition:
        return replace(self, scope=scope)

    def unmet_by_lines(self, lines: Lines) -> Reason | None:
        missing = self.pieces - lines.pieces
        return Reason("below_threshold", {"missing_pieces": missing}) if missing > 0 else None
