"""A unit price for all pieces from a number of pieces on: 11 件起每件 17 元."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.by_sku import pieces_of
from pricing.engine.messages import N_
from pricing.engine.params import Flag
from pricing.engine.pieces import Run
from pricing.engine.registry import benefit
from pricing.engine.unit_prices import UnitPriceBenefit
from pricing.engine.unit_tiers import UnitTier, UnitTiers


@benefit("bulk_unit_price", label=N_("Unit price from a number of pieces on, for all pieces"))
@dataclass(frozen=True, slots=True)
class BulkUnitPrice(UnitPriceBenefit):
    """All pieces get the highest tier that their number reaches; counted by SKU, or `over_all` that the offer took."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "tiers": (N_("Tiers"), N_("From this number of pieces on, what each piece costs or how much less.")),
        "over_all": (N_("Count all products together"), N_("Else the pieces of each SKU are counted by themselves.")),
    }
    SENTENCES: ClassVar[Mapping[tuple[str, bool], str]] = {
        ("price_cents", False): N_("%(price_cents)s each from %(from_pieces)s pieces of one product"),
        ("off_cents", False): N_("%(off_cents)s off each from %(from_pieces)s pieces of one product"),
        ("rate_bp", False): N_("%(rate_bp)s off each from %(from_pieces)s pieces of one product"),
        ("price_cents", True): N_("%(price_cents)s each from %(from_pieces)s pieces"),
        ("off_cents", True): N_("%(off_cents)s off each from %(from_pieces)s pieces"),
        ("rate_bp", True): N_("%(rate_bp)s off each from %(from_pieces)s pieces"),
    }
    tiers: UnitTiers
    over_all: Flag = False

    def reduced(self, runs: list[Run]) -> Iterable[tuple[UnitTier, Run]]:
        there = pieces_of(runs)
        reached = [tier for tier in self.tiers if tier.from_pieces <= there]
        return [(reached[-1], run) for run in runs] if reached else []
