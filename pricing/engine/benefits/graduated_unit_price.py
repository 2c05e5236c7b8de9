"""A unit price by steps: the first pieces at list price, further ones cheaper, still further ones cheaper again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from pricing.engine.by_sku import pieces_of
from pricing.engine.messages import N_
from pricing.engine.params import Flag
from pricing.engine.pieces import Run
from pricing.engine.registry import benefit
from pricing.engine.unit_prices import UnitPriceBenefit
from pricing.engine.unit_tiers import UnitTier, UnitTiers


@benefit("graduated_unit_price", label=N_("Unit price by steps, for further pieces"))
@dataclass(frozen=True, slots=True)
class GraduatedUnitPrice(UnitPriceBenefit):
    """Each piece gets the tier of its own number; the dearest piece is the first one. What lies before the first tier
    is not reduced."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "tiers": (N_("Tiers"), N_("From this piece on, what each further piece costs or how much less.")),
        "over_all": (N_("Count all products together"), N_("Else the pieces of each SKU are counted by themselves.")),
    }
    SENTENCES: ClassVar[Mapping[tuple[str, bool], str]] = {
        ("price_cents", False): N_("%(price_cents)s each for piece %(from_pieces)s of one product and those after it"),
        ("off_cents", False): N_("%(off_cents)s off piece %(from_pieces)s of one product and each after it"),
        ("rate_bp", False): N_("%(rate_bp)s off piece %(from_pieces)s of one product and each after it"),
        ("price_cents", True): N_("%(price_cents)s each for piece %(from_pieces)s and those after it"),
        ("off_cents", True): N_("%(off_cents)s off piece %(from_pieces)s and each after it"),
        ("rate_bp", True): N_("%(rate_bp)s off piece %(from_pieces)s and each after it"),
    }
    tiers: UnitTiers
    over_all: Flag = False

    def reduced(self, runs: list[Run]) -> Iterable[tuple[UnitTier, Run]]:
        begins = [tier.from_pieces - 1 for tier in self.tiers]
        steps = list(zip(self.tiers, pairwise([*begins, pieces_of(runs)]), strict=True))
        before = 0
        for run in runs:
            upto = before + run.pieces
            for tier, (begin, end) in steps:
                pieces = min(upto, end) - max(before, begin)
                if pieces > 0:
                    yield tier, run._replace(pieces=pieces)
            before = upto
