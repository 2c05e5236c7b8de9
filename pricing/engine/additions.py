"""Additions: what an order gets besides its price. Gifts and reward coupons change no line and no fee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class AddedGift(NamedTuple):
    """Units of a SKU at 0; `value_cents` is what all of them are worth."""

    sku: str
    quantity: int
    value_cents: int


class AddedCoupon(NamedTuple):
    """One coupon of a template, issued once the order is paid, and what it is worth."""

    template: str
    value_cents: int


@dataclass(frozen=True, slots=True)
class Added:
    """What one offer adds to an order."""

    gifts: tuple[AddedGift, ...] = ()
    coupons: tuple[AddedCoupon, ...] = ()

    @property
    def value_cents(self) -> int:
        """What all of it is worth."""
        return sum([gift.value_cents for gift in self.gifts]) + sum([coupon.value_cents for coupon in self.coupons])


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one offer may add: the units left of each gift, and which gifts the shopper picked.

    A SKU that is not named in `left` is not limited.
    """

    left: Mapping[str, int] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()

    def without(self, added: Added) -> "Shelf":
        """Return the shelf once these gifts are gone from it."""
        gone = {gift.sku: gift.quantity for gift in added.gifts}
        return Shelf({sku: units - gone.get(sku, 0) for sku, units in self.left.items()}, self.picked)


NOTHING = Added()
EMPTY_SHELF = Shelf()
