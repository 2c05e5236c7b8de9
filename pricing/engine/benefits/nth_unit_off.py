"""N-th piece at a rate off: 第二件半价."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Count, Flag, check_params
from pricing.engine.pieces import CHEAPEST, GroupBenefit, Pick, add, cost, dearest_first, first, groups
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, Off


@benefit("nth_unit_off", label=N_("N-th piece at a lower price"))
@dataclass(frozen=True, slots=True)
class NthUnitOff(GroupBenefit):
    """One in `every` pieces at `rate_bp` off, `max_times` at most: the cheapest or dearest of all, or of each group."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "every": (N_("One in so many pieces"), N_("2 means every second piece.")),
        "rate_bp": (N_("Rate off"), N_("2000 means 20 percent off: the shopper pays 80 percent.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
        "pick": (N_("Which piece"), N_("The piece that is reduced.")),
        "within_groups": (
            N_("In each group"),
            N_("Pieces are grouped, the dearest first, and one of each group is reduced; else among all pieces."),
        ),
    }
    every: Count
    rate_bp: BasisPoints
    max_times: Count | None = None
    pick: Pick = CHEAPEST
    within_groups: Flag = False

    def __post_init__(self) -> None:
        check_params(self)
        if self.every == 1 and self.max_times is None:
            raise WrongParams(N_("Every single piece would be reduced: give 2 or more."), field="every")

    @property
    def size(self) -> int:
        return self.every

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        figures = {"rate_bp": self.rate_bp, "every": self.every}
        if self.max_times is None:
            return Message(self._sentence(), figures)
        return Message(self._capped_sentence(), figures | {"max_times": self.max_times})

    def off(self, lines: Lines) -> Off:
        """The reduced pieces and the dearest others of their groups carry it, by net."""
        return self._off(lines, within_groups=self.within_groups)

    def _off(self, lines: Lines, *, within_groups: bool) -> Off:
        weights = [0] * len(lines.nets)
        reduced_cents = self._in_groups(lines, weights) if within_groups else self._over_all(lines, weights)
        return Off(portion(reduced_cents, self.rate_bp), fixed=False, weights=tuple(weights))

    def _in_groups(self, lines: Lines, weights: list[int]) -> int:
        reduced_cents = 0
        for often, group in groups(dearest_first(lines), self.size, self.times(lines)):
            reduced_cents += group[-1 if self.pick == CHEAPEST else 0].unit_cents * often
            add(weights, group, often)
        return reduced_cents

    def _over_all(self, lines: Lines, weights: list[int]) -> int:
        runs, times = dearest_first(lines), self.times(lines)
        reduced = first(reversed(runs) if self.pick == CHEAPEST else runs, times)
        others = times * (self.size - 1)
        if self.pick == CHEAPEST:
            add(weights, reduced)
            add(weights, first(runs, others))
        else:
            add(weights, first(runs, times + others))
        return cost(reduced)

    def at_most_cents(self, lines: Lines) -> int:
        """More cheap pieces may give less, never more than one of each group of the dearest."""
        return self._off(lines, within_groups=self.within_groups or self.pick == CHEAPEST).cents

    def at_most_by_line(self, lines: Lines) -> list[int]:
        whole_cents = self.at_most_cents(lines)
        return [min(whole_cents, at_most(net, self.rate_bp, WHOLE_BP)) for net in lines.nets]

    def _sentence(self) -> str:
        if self.within_groups:
            return (
                N_("One in %(every)s pieces at %(rate_bp)s off, the cheapest of each group")
                if self.pick == CHEAPEST
                else N_("One in %(every)s pieces at %(rate_bp)s off, the dearest of each group")
            )
        return (
            N_("One in %(every)s pieces at %(rate_bp)s off, the cheapest of all")
            if self.pick == CHEAPEST
            else N_("One in %(every)s pieces at %(rate_bp)s off, the dearest of all")
        )

    def _capped_sentence(self) -> str:
        if self.within_groups:
            return (
                N_("One in %(every)s pieces at %(rate_bp)s off, the cheapest of each group, up to %(max_times)s times")
                if self.pick == CHEAPEST
                else N_(
                    "One in %(every)s pieces at %(rate_bp)s off, the dearest of each group, up to %(max_times)s times"
                )
            )
        return (
            N_("One in %(every)s pieces at %(rate_bp)s off, the cheapest of all, up to %(max_times)s times")
            if self.pick == CHEAPEST
            else N_("One in %(every)s pieces at %(rate_bp)s off, the dearest of all, up to %(max_times)s times")
        )
