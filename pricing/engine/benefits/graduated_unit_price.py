"""A unit price by steps: the first pieces at list price, further ones cheaper, still further ones cheaper again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from pricing.engine.by_sku import pieces_of
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Count, Flag, check_params
from pricing.engine.pieces import Run
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines
from pricing.engine.unit_prices import UnitPriceBenefit
from pricing.engine.unit_tiers import UnitTier, UnitTiers


@benefit("graduated_unit_price", label=N_("Unit price by steps, for further pieces"))
@dataclass(frozen=True, slots=True)
class GraduatedUnitPrice(UnitPriceBenefit):
    """Each piece gets the tier of its own number; the dearest piece is the first one. What lies before the first tier,
    or after piece `max_pieces`, is not reduced."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "tiers": (N_("Tiers"), N_("From this piece on, what each further piece costs or how much less.")),
        "over_all": (N_("Count all products together"), N_("Else the pieces of each SKU are counted by themselves.")),
        "max_pieces": (N_("Up to this piece"), N_("Pieces after it are not reduced; empty = no end.")),
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
    max_pieces: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if self.max_pieces is not None and self.max_pieces < self.tiers[-1].from_pieces:
            raise WrongParams(N_("No tier begins after the last piece that is reduced."), field="max_pieces")

    def describe(self) -> Message:
        said = UnitPriceBenefit.describe(self)
        if self.max_pieces is None:
            return said
        sentence = CAPPED[self.tiers[-1].gives, self.over_all]
        return Message(sentence, {**said.figures, "max_pieces": self.max_pieces})

    def reduced(self, runs: list[Run]) -> Iterable[tuple[UnitTier, Run]]:
        begins = [tier.from_pieces - 1 for tier in self.tiers]
        there = pieces_of(runs)
        end = there if self.max_pieces is None else min(there, self.max_pieces)
        steps = list(zip(self.tiers, pairwise([*begins, end]), strict=True))
        before = 0
        for run in runs:
            upto = before + run.pieces
            for tier, (begin, end) in steps:
                pieces = min(upto, end) - max(before, begin)
                if pieces > 0:
                    yield tier, run._replace(pieces=pieces)
            before = upto

    def at_most_by_line(self, lines: Lines) -> list[int]:
        """Without dearer pieces before them, cheaper ones come before the end: each line is charged as if there were
        none."""
        whole_cents, endless = self.at_most_cents(lines), replace(self, max_pieces=None)
        return [min(whole_cents, charge) for charge in UnitPriceBenefit.at_most_by_line(endless, lines)]


# by what is given and whether all products are counted together, where there is a last piece that is reduced
CAPPED: Mapping[tuple[str, bool], str] = {
    ("price_cents", False): N_("%(price_cents)s each for pieces %(from_pieces)s to %(max_pieces)s of one product"),
    ("off_cents", False): N_("%(off_cents)s off each of pieces %(from_pieces)s to %(max_pieces)s of one product"),
    ("rate_bp", False): N_("%(rate_bp)s off each of pieces %(from_pieces)s to %(max_pieces)s of one product"),
    ("price_cents", True): N_("%(price_cents)s each for pieces %(from_pieces)s to %(max_pieces)s"),
    ("off_cents", True): N_("%(off_cents)s off each of pieces %(from_pieces)s to %(max_pieces)s"),
    ("rate_bp", True): N_("%(rate_bp)s off each of pieces %(from_pieces)s to %(max_pieces)s"),
}
