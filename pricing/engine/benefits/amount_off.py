"""An amount off: each unit in the item layer, once on everything above it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("amount_off", label=N_("Amount off"))
@dataclass(frozen=True, slots=True)
class AmountOff(Benefit):
    """`off_cents` off, never more than there is to pay."""

    BY_NET: ClassVar[bool] = True
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ITEM, Layer.ORDER, Layer.COUPON})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "off_cents": (N_("Amount off"), N_("Off each unit where single goods are reduced, else once.")),
    }
    off_cents: Cents

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("%(off_cents)s off"), {"off_cents": self.off_cents})

    def off(self, lines: Lines) -> Off:
        return Off(min(self.off_cents, lines.total_cents))
