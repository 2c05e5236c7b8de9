"""An amount off each product, once for each however many pieces there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.allocation import split
from pricing.engine.by_sku import places_by_sku
from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, check_params
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("sku_amount_off", label=N_("Amount off each product, once"))
@dataclass(frozen=True, slots=True)
class SkuAmountOff(Benefit):
    """`off_cents` off the pieces of each SKU together, never more than they cost; each SKU carries its own."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.MULTI})
    READS_GOODS: ClassVar[bool] = True
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "off_cents": (N_("Amount off"), N_("Once for each SKU, however many pieces there are.")),
    }
    off_cents: Cents

    def __post_init__(self) -> None:
        check_params(self)

    def describe(self) -> Message:
        return Message(N_("%(off_cents)s off each product, once"), {"off_cents": self.off_cents})

    def off(self, lines: Lines) -> Off:
        parts = [0] * len(lines.nets)
        for places in places_by_sku(lines):
            nets = [lines.nets[place] for place in places]
            for place, part in zip(places, split(min(self.off_cents, sum(nets)), nets), strict=True):
                parts[place] = part
        return Off(sum(parts), fixed=False, parts=tuple(parts))

    def at_most_by_line(self, lines: Lines) -> list[int]:
        return [min(self.off_cents, net) for net in lines.nets]
