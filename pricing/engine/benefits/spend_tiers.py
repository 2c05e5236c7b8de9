"""Threshold reduction and threshold discount: 满减 and 满折, by amount or by pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import Count, Flag, check_params
from pricing.engine.reasons import Reason
from pricing.engine.registry import benefit
from pricing.engine.rules import Benefit, Lines, NextTier, Off
from pricing.engine.tiers import Tier, Tiers


@benefit("spend_tiers", label=N_("Threshold reduction or discount"))
@dataclass(frozen=True, slots=True)
class SpendTiers(Benefit):
    """The highest tier reached counts. `every`: the one tier's amount again for each full threshold, `max_times` at
    most."""

    BY_NET: ClassVar[bool] = True
    LAYERS: ClassVar[frozenset[Layer]] = frozenset({Layer.ORDER, Layer.COUPON})
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "tiers": (N_("Tiers"), N_("From this amount or number of pieces on, this amount or rate off.")),
        "every": (N_("For every full threshold"), N_("The reduction counts again each time the threshold is reached.")),
        "max_times": (N_("At most so often"), N_("Empty = as often as the threshold is reached.")),
    }
    tiers: Tiers
    every: Flag = False
    max_times: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if self.every and (len(self.tiers) != 1 or not self.tiers[0].off_cents):
            raise WrongParams(N_("Repeating needs exactly one tier, and an amount."), field="every")
        if self.every and not self.tiers[0].threshold:
            raise WrongParams(N_("Repeating needs a threshold above zero."), field="every")
        if self.max_times and not self.every:
            raise WrongParams(N_("A number of times needs the repeating form."), field="max_times")

    def describe(self) -> Message:
        tier = self.tiers[-1]
        worth = "off_cents" if tier.off_cents else "rate_bp"
        measure = "threshold_pieces" if tier.by_pieces else "threshold_cents"
        return Message(self._sentence(tier), {measure: tier.threshold, worth: tier.off_cents or tier.rate_bp or 0})

    def off(self, lines: Lines) -> Off:
        measured = self._measured(lines)
        reached = [tier for tier in self.tiers if tier.threshold <= measured]
        if not reached:
            return Off(0)
        return self._off_of(reached[-1], lines)

    def at_most_cents(self, lines: Lines) -> int:
        measured = self._measured(lines)
        return max((self._off_of(tier, lines).cents for tier in self.tiers if tier.threshold <= measured), default=0)

    def at_most_by_line(self, lines: Lines) -> list[int]:
        """A tier's amount is charged to lines by what they bring to its threshold, a rate by their nets.

        A line may be charged more than it costs: the others carry what it brings.
        """
        measured = self._measured(lines)
        reached = [tier for tier in self.tiers if tier.threshold <= measured]
        brought = lines.quantities if self.tiers[0].by_pieces else lines.bases
        return [
            max((self._charge(tier, net, part) for tier in reached), default=0)
            for net, part in zip(lines.nets, brought, strict=True)
        ]

    def _charge(self, tier: Tier, net_cents: int, brought: int) -> int:
        if tier.rate_bp:
            return at_most(net_cents, tier.rate_bp, WHOLE_BP)
        if not tier.threshold:
            return tier.off_cents or 0
        charge_cents = at_most(tier.off_cents or 0, brought, tier.threshold)
        return charge_cents if self.every else min(charge_cents, tier.off_cents or 0)

    def unmet(self, lines: Lines) -> Reason | None:
        missing = self.tiers[0].threshold - self._measured(lines)
        return Reason("below_threshold", {self._figure: missing}) if missing > 0 else None

    def next_tier(self, lines: Lines) -> NextTier | None:
        measured = self._measured(lines)
        if self.every:
            return self._next_time(lines)
        higher = next((tier for tier in self.tiers if tier.threshold > measured), None)
        if higher is None:
            return None
        missing = higher.threshold - measured
        grown = lines.total_cents if higher.by_pieces else lines.total_cents + missing
        return self._step(missing, portion(grown, higher.rate_bp) if higher.rate_bp else higher.off_cents or 0)

    def _next_time(self, lines: Lines) -> NextTier | None:
        tier = self.tiers[0]
        times = self._measured(lines) // tier.threshold + 1
        if self.max_times and times > self.max_times:
            return None
        return self._step(times * tier.threshold - self._measured(lines), times * (tier.off_cents or 0))

    def _step(self, missing: int, off_cents: int) -> NextTier:
        if self.tiers[0].by_pieces:
            return NextTier(off_cents=off_cents, missing_pieces=missing)
        return NextTier(off_cents=off_cents, missing_cents=missing)

    def _off_of(self, tier: Tier, lines: Lines) -> Off:
        if tier.rate_bp:
            return Off(portion(lines.total_cents, tier.rate_bp), fixed=False)
        times = self._measured(lines) // tier.threshold if self.every else 1
        times = min(times, self.max_times or times)
        return Off(min((tier.off_cents or 0) * times, lines.total_cents))

    def _measured(self, lines: Lines) -> int:
        return lines.pieces if self.tiers[0].by_pieces else lines.base_cents

    @property
    def _figure(self) -> str:
        return "missing_pieces" if self.tiers[0].by_pieces else "missing_cents"

    def _sentence(self, tier: Tier) -> str:
        if not tier.threshold:
            return N_("%(off_cents)s off") if tier.off_cents else N_("%(rate_bp)s off")
        if tier.by_pieces:
            if self.every:
                return N_("%(off_cents)s off for every %(threshold_pieces)s pieces")
            return (
                N_("%(off_cents)s off from %(threshold_pieces)s pieces")
                if tier.off_cents
                else N_("%(rate_bp)s off from %(threshold_pieces)s pieces")
            )
        if self.every:
            return N_("%(off_cents)s off every %(threshold_cents)s")
        return (
            N_("%(off_cents)s off from %(threshold_cents)s")
            if tier.off_cents
            else N_("%(rate_bp)s off from %(threshold_cents)s")
        )
