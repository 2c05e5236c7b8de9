"""The exact figures of a refund, line by line and share by share."""

from dataclasses import dataclass

from coupons.models import Coupon
from pricing.engine.carrying import Giver
from storefront.models import DiscountShare, OrderLine, OrderShipping


@dataclass(frozen=True, slots=True)
class ReversedShare:
    """The part of one stored share that a refund takes back."""

    share: DiscountShare
    cents: int


@dataclass(frozen=True, slots=True)
class AddedShare:
    """A discount that a new price gives to goods that are kept."""

    giver: Giver
    cents: int


@dataclass(frozen=True, slots=True)
class RefundLineQuote:
    """Units of one line and the money for them; no units and below zero for a discount that kept goods lose."""

    line: OrderLine
    units: int
    amount_cents: int
    reversed: tuple[ReversedShare, ...]
    added: tuple[AddedShare, ...] = ()

    @property
    def empties_line(self) -> bool:
        return self.line.returned + self.units == self.line.quantity


@dataclass(frozen=True, slots=True)
class RefundShippingQuote:
    """Shipping paid for a shop, back with the last unit of that shop."""

    order_shipping: OrderShipping
    amount_cents: int
    reversed: tuple[ReversedShare, ...]


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """The exact figures of a refund; `coupons_back` return with it unless they have expired by then.

    `emptied_shops`: of these shops (by id) the shopper keeps nothing after it. `repriced`: the goods kept are priced
    again; `not_collected_cents` of what they cost more is more than the refund could bear.
    """

    lines: tuple[RefundLineQuote, ...]
    shipping: tuple[RefundShippingQuote, ...]
    shares: tuple[DiscountShare, ...]
    emptied_shops: frozenset[int]
    is_full: bool
    coupons_back: tuple[Coupon, ...]
    repriced: bool = False
    not_collected_cents: int = 0

    @property
    def goods_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        return sum(row.amount_cents for row in self.shipping)

    @property
    def amount_cents(self) -> int:
        return self.goods_cents + self.shipping_cents

    @property
    def reversed(self) -> tuple[ReversedShare, ...]:
        """Every share that is taken back in part or whole."""
        return tuple(row for part in (*self.lines, *self.shipping) for row in part.reversed if row.cents)
