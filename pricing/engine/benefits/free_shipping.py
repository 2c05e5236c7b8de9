"""Shipping at no charge, or an amount off it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("free_shipping", label=N_("Free shipping, or an amount off shipping"))
@dataclass(frozen=True, slots=True)
class FreeShipping(Benefit):
    """The fees are taken over, all or `cap_cents` of them: that is an amount off. `Lines` are the fees here."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.SHIPPING})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "cap_cents": (N_("At most"), N_("The part of the fee that is taken over; empty = all of it.")),
    }
    cap_cents: Cents | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        if self.cap_cents is None:
            return Message(N_("Free shipping"))
        return Message(N_("Up to %(cap_cents)s off shipping"), {"cap_cents": self.cap_cents})

    def off(self, lines: Lines) -> Off:
        return Off(lines.total_cents if self.cap_cents is None else min(lines.total_cents, self.cap_cents))
