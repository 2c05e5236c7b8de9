"""Percentage off, optionally capped (8折 is 2000 basis points)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("percent_off", label=N_("Percentage off"))
@dataclass(frozen=True, slots=True)
class PercentOff(Benefit):
    """`rate_bp` off what the offer took; in the item layer off each unit, the cap then being per unit."""

    BY_NET: ClassVar[bool] = True
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ITEM, Layer.ORDER, Layer.COUPON})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "rate_bp": (N_("Rate off"), N_("2000 means 20 percent off: the shopper pays 80 percent.")),
        "cap_cents": (N_("At most"), N_("The largest discount; for one unit where single goods are reduced.")),
    }
    rate_bp: BasisPoints
    cap_cents: Cents | None = None

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        if self.cap_cents is None:
            return Message(N_("%(rate_bp)s off"), {"rate_bp": self.rate_bp})
        return Message(
            N_("%(rate_bp)s off, up to %(cap_cents)s"), {"rate_bp": self.rate_bp, "cap_cents": self.cap_cents}
        )

    def off(self, lines: Lines) -> Off:
        off_cents = portion(lines.total_cents, self.rate_bp)
        return Off(off_cents if self.cap_cents is None else min(off_cents, self.cap_cents), fixed=False)

    @property
    def pure_rate_bp(self) -> int | None:
        return self.rate_bp if self.cap_cents is None else None

    def at_most_by_line(self, lines: Lines) -> list[int]:
        charges = [at_most(net, self.rate_bp, WHOLE_BP) for net in lines.nets]
        return charges if self.cap_cents is None else [min(charge, self.cap_cents) for charge in charges]
