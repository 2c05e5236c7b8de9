"""Rewards: a coupon for a later order, issued once this one is paid. 满返券."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.additions import Added, AddedCoupon, Shelf
from pricing.engine.earning import ABOUT_EARNING, EarnedBenefit
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, Count, Flag, Template, check_params
from pricing.engine.registry import benefit
from pricing.engine.reward_tiers import RewardTier, RewardTiers, check_rising
from pricing.engine.rules import Lines, NextTier

SENTENCES: Mapping[str, str] = {
    "": N_("A coupon with any purchase, once it is paid"),
    "threshold_cents": N_("A coupon from %(threshold_cents)s, once it is paid"),
    "threshold_pieces": N_("A coupon from %(threshold_pieces)s pieces, once it is paid"),
    "higher_cents": N_("A coupon from %(threshold_cents)s, a better one from %(higher_cents)s, once it is paid"),
}


@benefit("reward", label=N_("Coupon for a later order"))
@dataclass(frozen=True, slots=True)
class Reward(EarnedBenefit):
    """One coupon of the template with this code, worth `value_cents` for the books; a better one from `higher` amounts.

    `keep_spent` is for refunds: whether a coupon that has been used stays when its threshold is not reached any more.
    """

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        **ABOUT_EARNING,
        "template": (N_("Coupon template"), N_("The coupon that an order earns.")),
        "value_cents": (N_("Worth"), N_("What the coupon is expected to cost; it decides between rewards.")),
        "higher": (
            N_("Better coupons from higher amounts"),
            N_("An order earns one coupon, that of the highest amount it reaches."),
        ),
        "keep_spent": (
            N_("A coupon that has been used stays with the shopper"),
            N_("When too little of the order is kept. Otherwise what it took off is deducted from the refund."),
        ),
    }
    template: Template
    value_cents: Cents
    threshold_cents: Cents | None = None
    threshold_pieces: Count | None = None
    higher: RewardTiers | None = None
    keep_spent: Flag = False

    def __post_init__(self) -> None:
        check_params(self)
        self.check_threshold()
        if self.higher and not self.threshold_cents:
            raise WrongParams(N_("Better coupons need an amount from which on the first one is given."), field="higher")
        check_rising(self._tiers, "higher")

    def describe(self) -> Message:
        figures = {name: value for name in ("threshold_cents", "threshold_pieces") if (value := getattr(self, name))}
        if self.higher:
            return Message(SENTENCES["higher_cents"], figures | {"higher_cents": self.higher[0].threshold_cents})
        return Message(SENTENCES[next(iter(figures), "")], figures)

    def adds(self, lines: Lines, shelf: Shelf) -> Added:
        if self.unmet(lines):
            return Added()
        best = [tier for tier in self._tiers if not tier.threshold_cents or lines.base_cents >= tier.threshold_cents]
        return Added(coupons=tuple([AddedCoupon(tier.template, tier.value_cents) for tier in best[-1:]]))

    def next_tier(self, lines: Lines) -> NextTier | None:
        missing = [tier.threshold_cents - lines.base_cents for tier in self._tiers if tier.threshold_cents]
        return next((NextTier(0, missing_cents=cents) for cents in missing if cents > 0), None)

    @property
    def _tiers(self) -> tuple[RewardTier, ...]:
        first = RewardTier(self.threshold_cents or 0, self.template, self.value_cents)
        return (first, *(self.higher or ()))
