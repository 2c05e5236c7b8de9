"""The exact figures of a refund, line by line and share by share."""

from dataclasses import dataclass

from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.additions import AddedCoupon
from pricing.engine.carrying import Giver
from storefront.models import DiscountShare, OrderLine, OrderReward, OrderShipping


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
class LostReward:
    """A coupon that the order earned and earns no more.

    `is_new`: by this refund, not by one before. `due_cents`: what a coupon in use takes off elsewhere, as far as it is
    to be made good, of which this refund bears `deducted_cents`. `keeps_cents`: what the lower coupon would be worth
    that is still earned; `instead`: that coupon, where it takes the place of this one.
    """

    reward: OrderReward
    is_new: bool
    due_cents: int
    keeps_cents: int = 0
    instead: AddedCoupon | None = None
    deducted_cents: int = 0

    @property
    def is_taken_back(self) -> bool:
        """Whether it lies in the wallet unused."""
        return self.reward.coupon is not None and self.reward.coupon.state == CouponState.UNUSED

    @property
    def is_not_given(self) -> bool:
        """Whether it was about to be given."""
        return self.reward.coupon is None and not self.reward.refused

    @property
    def stays(self) -> bool:
        """Whether it is in use and costs nothing: so the campaign says, or it takes nothing off."""
        in_use = self.reward.coupon is not None and self.reward.coupon.state in (CouponState.LOCKED, CouponState.USED)
        return in_use and not self.due_cents

    @property
    def left_cents(self) -> int:
        """What is still due, with the next refund."""
        return self.due_cents - self.deducted_cents

    @property
    def name(self) -> str:
        """What the shopper knows it by: the coupon's name, or the promotion's before it is given."""
        named = self.reward.coupon.revision if self.reward.coupon else self.reward.campaign_revision
        return named.local_name


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """The exact figures of a refund; `coupons_back` return with it unless they have expired by then.

    `emptied_shops`: of these shops (by id) the shopper keeps nothing after it. `repriced`: the goods kept are priced
    again; `not_collected_cents` of what they cost more is more than the refund could bear. `rewards`: coupons that the
    order loses; `spares_rewards`: some stay because the seller is at fault.
    """

    lines: tuple[RefundLineQuote, ...]
    shipping: tuple[RefundShippingQuote, ...]
    shares: tuple[DiscountShare, ...]
    emptied_shops: frozenset[int]
    is_full: bool
    coupons_back: tuple[Coupon, ...]
    repriced: bool = False
    not_collected_cents: int = 0
    rewards: tuple[LostReward, ...] = ()
    spares_rewards: bool = False

    @property
    def goods_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        return sum(row.amount_cents for row in self.shipping)

    @property
    def deducted_cents(self) -> int:
        """What spent rewards take off the refund."""
        return sum(lost.deducted_cents for lost in self.rewards)

    @property
    def amount_cents(self) -> int:
        return self.goods_cents + self.shipping_cents - self.deducted_cents

    @property
    def reversed(self) -> tuple[ReversedShare, ...]:
        """Every share that is taken back in part or whole."""
        return tuple(row for part in (*self.lines, *self.shipping) for row in part.reversed if row.cents)
