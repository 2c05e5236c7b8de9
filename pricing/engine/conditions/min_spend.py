"""A least amount, of what the offer took or of a scope of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import condition
from pricing.engine.rules import Condition, Lines
from pricing.engine.scope import Scope, ScopeParam


@condition("min_spend", label=N_("Least amount"))
@dataclass(frozen=True, slots=True)
class MinSpend(Condition):
    """At least `threshold_cents`; reached by equality."""

    ASKS: ClassVar[Literal["cart", "lines"]] = "lines"
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "threshold_cents": (N_("From this amount"), N_("Reached by exactly this amount.")),
        "scope": (N_("Counted goods"), N_("Empty = the goods the offer is about.")),
    }
    threshold_cents: Cents
    scope: ScopeParam | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("from %(threshold_cents)s"), {"threshold_cents": self.threshold_cents})

    def counted_scope(self) -> Scope | None:
        return self.scope

    def counting(self, scope: Scope) -> Condition:
        return replace(self, scope=scope)

    def unmet_by_lines(self, lines: Lines) -> Reason | None:
        missing = self.threshold_cents - lines.base_cents
        return Reason("below_threshold", {"missing_cents": missing}) if missing > 0 else None
