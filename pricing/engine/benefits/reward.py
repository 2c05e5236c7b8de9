"""Rewards: a coupon for a later order, issued once this one is paid. 满返券."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.additions import Added, AddedCoupon, Shelf
from pricing.engine.earning import ABOUT_EARNING, EarnedBenefit
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, Count, Flag, Template, check_params
from pricing.engine.registry import benefit

SENTENCES: Mapping[str, str] = {
    "": N_("A coupon with any purchase, once it is paid"),
    "threshold_cents": N_("A coupon from %(threshold_cents)s, once it is paid"),
    "threshold_pieces": N_("A coupon from %(threshold_pieces)s pieces, once it is paid"),
}


@benefit("reward", label=N_("Coupon for a later order"))
@dataclass(frozen=True, slots=True)
class Reward(EarnedBenefit):
    """One coupon of the template with this code, worth `value_cents` for the books.

    `keep_spent` is for refunds: whether a coupon that has been used stays when its threshold is not reached any more.
    """

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        **ABOUT_EARNING,
        "template": (N_("Coupon template"), N_("Its number, as the list of coupon templates shows it.")),
        "value_cents": (N_("Worth"), N_("What the coupon is expected to cost; it decides between rewards.")),
        "keep_spent": (
            N_("A coupon that has been used stays with the shopper"),
            N_("When too little of the order is kept. Otherwise what it took off is deducted from the refund."),
        ),
    }
    template: Template
    value_cents: Cents
    threshold_cents: Cents | None = None
    threshold_pieces: Count | None = None
    keep_spent: Flag = False

    def __post_init__(self) -> None:
        check_params(self)
        self.check_threshold()

    def describe(self) -> Message:
        figures = {name: value for name in ("threshold_cents", "threshold_pieces") if (value := getattr(self, name))}
        return Message(SENTENCES[next(iter(figures), "")], figures)

    def added(self, times: int, shelf: Shelf) -> Added:
        return Added(coupons=(AddedCoupon(self.template, self.value_cents),))
