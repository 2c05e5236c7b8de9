"""Percentage off shipping, optionally capped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.money import portion
from pricing.engine.params import BasisPoints, Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("shipping_percent_off", label=N_("Percentage off shipping"))
@dataclass(frozen=True, slots=True)
class ShippingPercentOff(Benefit):
    """`rate_bp` off all the fees together, `cap_cents` at most. `Lines` are the fees here."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.SHIPPING})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "rate_bp": (N_("Rate off"), N_("2000 means 20 percent off: the shopper pays 80 percent.")),
        "cap_cents": (N_("At most"), N_("The largest amount off; empty = no limit.")),
    }
    rate_bp: BasisPoints
    cap_cents: Cents | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        if self.cap_cents is None:
            return Message(N_("%(rate_bp)s off shipping"), {"rate_bp": self.rate_bp})
        return Message(
            N_("%(rate_bp)s off shipping, up to %(cap_cents)s"), {"rate_bp": self.rate_bp, "cap_cents": self.cap_cents}
        )

    def off(self, lines: Lines) -> Off:
        off_cents = portion(lines.total_cents, self.rate_bp)
        return Off(off_cents if self.cap_cents is None else min(off_cents, self.cap_cents), fixed=False)
