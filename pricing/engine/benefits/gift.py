"""Gifts: goods added to the order at 0. 满赠, and 买三送一 with the fourth piece added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.additions import Added, AddedGift, Shelf
from pricing.engine.earning import ABOUT_EARNING, EarnedBenefit
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.params import Cents, Count, Flag, check_params
from pricing.engine.presents import Present, Presents
from pricing.engine.registry import benefit

ALL: Mapping[tuple[str, bool], str] = {
    ("", False): N_("Gifts worth %(worth_cents)s with any purchase"),
    ("threshold_cents", False): N_("Gifts worth %(worth_cents)s from %(threshold_cents)s"),
    ("threshold_cents", True): N_("Gifts worth %(worth_cents)s for every %(threshold_cents)s"),
    ("threshold_pieces", False): N_("Buy %(threshold_pieces)s, get %(pieces)s more free"),
    ("threshold_pieces", True): N_("For every %(threshold_pieces)s bought, get %(pieces)s more free"),
}
CHOSEN: Mapping[tuple[str, bool], str] = {
    ("", False): N_("%(choose)s of %(count)s gifts with any purchase"),
    ("threshold_cents", False): N_("%(choose)s of %(count)s gifts from %(threshold_cents)s"),
    ("threshold_cents", True): N_("%(choose)s of %(count)s gifts for every %(threshold_cents)s"),
    ("threshold_pieces", False): N_("%(choose)s of %(count)s gifts from %(threshold_pieces)s pieces"),
    ("threshold_pieces", True): N_("%(choose)s of %(count)s gifts for every %(threshold_pieces)s pieces"),
}


@benefit("gift", label=N_("Gift with purchase"))
@dataclass(frozen=True, slots=True)
class GiftWithPurchase(EarnedBenefit):
    """All `gifts`, or `choose` of them, once or for every full threshold; as far as their stock reaches.

    Who has not chosen gets the first ones listed that are there, so that nobody goes without for not looking.
    """

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        **ABOUT_EARNING,
        "gifts": (N_("Gifts"), N_("Each with its value for the books and, if it is limited, its stock.")),
        "choose": (N_("The customer chooses"), N_("So many of the gifts; empty = all of them are given.")),
        "every": (N_("For every full threshold"), N_("The gifts count again each time the threshold is reached.")),
        "max_times": (N_("At most so often"), N_("Empty = as often as the threshold is reached.")),
    }
    gifts: Presents
    threshold_cents: Cents | None = None
    threshold_pieces: Count | None = None
    choose: Count | None = None
    every: Flag = False
    max_times: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        self.check_threshold()
        if self.choose and self.choose >= len(self.gifts):
            raise WrongParams(N_("There are more gifts than may be chosen."), field="choose")
        if self.every and not (self.threshold_cents or self.threshold_pieces):
            raise WrongParams(N_("Repeating needs a threshold."), field="every")
        if self.max_times and not self.every:
            raise WrongParams(N_("A number of times needs the repeating form."), field="max_times")

    @property
    def presents(self) -> tuple[Present, ...]:
        return self.gifts

    @property
    def repeats(self) -> bool:
        return self.every

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        figures = {
            "pieces": sum(gift.quantity for gift in self.gifts),
            "worth_cents": sum(gift.quantity * gift.value_cents for gift in self.gifts),
            "count": len(self.gifts),
        }
        named = ("choose", "threshold_cents", "threshold_pieces")
        figures |= {name: value for name in named if (value := getattr(self, name))}
        measure = next((name for name in named[1:] if name in figures), "")
        return Message((CHOSEN if self.choose else ALL)[measure, self.every], figures)

    def added(self, times: int, shelf: Shelf) -> Added:
        found = []
        for gift in self._chosen(shelf):
            wanted = gift.quantity * times
            units = min(wanted, shelf.left.get(gift.sku, wanted))
            found.append(AddedGift(gift.sku, units, gift.value_cents * units))
        return Added(gifts=tuple(found))

    def _chosen(self, shelf: Shelf) -> Iterable[Present]:
        """Return which gifts are given: what the shopper picked if any of it is there, else the first ones."""
        there = [gift for gift in self.gifts if shelf.left.get(gift.sku, 1) > 0]
        if not self.choose:
            return there
        return ([gift for gift in there if gift.sku in shelf.picked] or there)[: self.choose]
