"""An amount or a rate off a limited number of pieces: 限购件数内每件立减."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pricing.engine.by_sku import counted_together
from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Cents, Count, check_params
from pricing.engine.pieces import CHEAPEST, DEAREST, Pick, Run, add, cost, first
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, Off


@benefit("units_off", label=N_("Off each piece, for so many pieces"))
@dataclass(frozen=True, slots=True)
class UnitsOff(Benefit):
    """`off_cents` or `rate_bp` off each of at most `max_units` pieces, at most `max_units_per_sku` of each SKU: the
    cheapest or the dearest. These pieces carry it."""

    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.MULTI, Layer.COUPON})
    READS_GOODS: ClassVar[bool] = True
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "off_cents": (N_("Amount off each piece"), N_("Give this or the rate.")),
        "rate_bp": (N_("Rate off each piece"), N_("Give this or the amount.")),
        "max_units": (N_("At most so many pieces"), N_("Of all products together; empty = all.")),
        "max_units_per_sku": (N_("At most so many pieces of one product"), N_("Empty = all.")),
        "pick": (N_("Which pieces"), N_("The pieces that are reduced, where there are more.")),
    }
    off_cents: Cents | None = None
    rate_bp: BasisPoints | None = None
    max_units: Count | None = None
    max_units_per_sku: Count | None = None
    pick: Pick = CHEAPEST

    def __post_init__(self) -> None:
        check_params(self)
        if (self.off_cents is None) == (self.rate_bp is None):
            raise WrongParams(N_("Give either an amount or a rate."), field="off_cents")

    def describe(self) -> Message:
        worth = "rate_bp" if self.off_cents is None else "off_cents"
        names = [name for name in (worth, "max_units", "max_units_per_sku") if getattr(self, name) is not None]
        which = self.pick if "max_units" in names else ""  # pieces of one SKU cost the same
        return Message(SENTENCES[(*names, which)], {name: getattr(self, name) for name in names})

    def off(self, lines: Lines) -> Off:
        runs, weights = self._reduced(lines), [0] * len(lines.nets)
        if self.rate_bp is not None:
            add(weights, runs)
            return Off(portion(cost(runs), self.rate_bp), fixed=False, weights=tuple(weights))
        for run in runs:
            weights[run.line] += min(run.unit_cents, self.off_cents or 0) * run.pieces
        return Off(sum(weights), fixed=False, parts=tuple(weights))

    def at_most_cents(self, lines: Lines) -> int:
        """More cheap pieces may give less, never more than the dearest give."""
        return replace(self, pick=DEAREST).off(lines).cents if self.pick == CHEAPEST else self.off(lines).cents

    def at_most_by_line(self, lines: Lines) -> list[int]:
        whole_cents, off_cents = self.at_most_cents(lines), self.off_cents
        if off_cents is None:
            charges = [at_most(net, self.rate_bp or 0, WHOLE_BP) for net in lines.nets]
        else:
            pairs = zip(lines.nets, lines.quantities, strict=True)
            charges = [min(net, off_cents * pieces) for net, pieces in pairs]
        return [min(whole_cents, charge) for charge in charges]

    def _reduced(self, lines: Lines) -> list[Run]:
        """Return the pieces that are reduced: of each SKU first, then of all."""
        found = []
        for runs in counted_together(lines, over_all=False):
            found += self._picked(runs, self.max_units_per_sku)
        return self._picked(sorted(found, key=lambda run: (-run.unit_cents, run.line)), self.max_units)

    def _picked(self, dearest_first: list[Run], most: int | None) -> list[Run]:
        if most is None:
            return dearest_first
        return first(reversed(dearest_first) if self.pick == CHEAPEST else dearest_first, most)


SENTENCES: Mapping[tuple[str, ...], str] = {
    ("off_cents", ""): N_("%(off_cents)s off each piece"),
    ("rate_bp", ""): N_("%(rate_bp)s off each piece"),
    ("off_cents", "max_units_per_sku", ""): N_(
        "%(off_cents)s off each of at most %(max_units_per_sku)s pieces of one product"
    ),
    ("rate_bp", "max_units_per_sku", ""): N_(
        "%(rate_bp)s off each of at most %(max_units_per_sku)s pieces of one product"
    ),
    ("off_cents", "max_units", CHEAPEST): N_("%(off_cents)s off each of the %(max_units)s cheapest pieces"),
    ("rate_bp", "max_units", CHEAPEST): N_("%(rate_bp)s off each of the %(max_units)s cheapest pieces"),
    ("off_cents", "max_units", DEAREST): N_("%(off_cents)s off each of the %(max_units)s dearest pieces"),
    ("rate_bp", "max_units", DEAREST): N_("%(rate_bp)s off each of the %(max_units)s dearest pieces"),
    ("off_cents", "max_units", "max_units_per_sku", CHEAPEST): N_(
        "%(off_cents)s off each of the %(max_units)s cheapest pieces, at most %(max_units_per_sku)s of one product"
    ),
    ("rate_bp", "max_units", "max_units_per_sku", CHEAPEST): N_(
        "%(rate_bp)s off each of the %(max_units)s cheapest pieces, at most %(max_units_per_sku)s of one product"
    ),
    ("off_cents", "max_units", "max_units_per_sku", DEAREST): N_(
        "%(off_cents)s off each of the %(max_units)s dearest pieces, at most %(max_units_per_sku)s of one product"
    ),
    ("rate_bp", "max_units", "max_units_per_sku", DEAREST): N_(
        "%(rate_bp)s off each of the %(max_units)s dearest pieces, at most %(max_units_per_sku)s of one product"
    ),
}
