"""Coupons that an order earned and earns no more by the goods that are kept, and what a spent one takes off a refund.

Goods that came back at the seller's fault count as kept, with the discounts that they had.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Q, Sum

from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.additions import AddedCoupon
from pricing.engine.cart import CartLine
from pricing.engine.document import CartDocument, parse_document
from pricing.engine.earned import HeldLine, coupons_earned
from storefront.lifecycle import RefundState
from storefront.models import DiscountShare, Fault, Order, OrderLine, OrderReward, RefundLine, ShareReversal
from storefront.selectors.refund_parts import LostReward, RefundLineQuote
from storefront.selectors.repricing import giver_of
from storefront.selectors.uses import shares_of

IN_USE = (CouponState.LOCKED, CouponState.USED)


def lost_rewards(
    order: Order, back: Iterable[RefundLineQuote], shares: Iterable[DiscountShare]
) -> tuple[LostReward, ...]:
    """Return the rewards that fall below their threshold by these lines of a refund at the shopper's fault.

    Those that fell below it before are among them where something is still due. One query for an order without
    rewards.
    """
    related = order.rewards.select_related("coupon__revision", "campaign_revision__campaign").order_by("pk")
    if not (rewards := list(related)):
        return ()
    kept = _Kept(order, list(back), list(shares))
    found = (_lost(reward, kept) for reward in rewards)
    return tuple(lost for lost in found if lost)


def deducted(rewards: Iterable[LostReward], amount_cents: int) -> tuple[LostReward, ...]:
    """Deduct what is due from a refund of this amount, one reward after the other: never more than there is."""
    found, left_cents = [], amount_cents
    for lost in rewards:
        now_cents = min(lost.due_cents, left_cents)
        left_cents -= now_cents
        found.append(replace(lost, deducted_cents=now_cents))
    return tuple(found)


def lower_earned(reward: OrderReward) -> AddedCoupon | None:
    """Return the lower coupon that the goods kept still earn in place of a lost one, if any."""
    earned = _Kept(reward.order, (), shares_of(reward.order)).earned_by(reward)
    return None if earned and earned.template == reward.template_code else earned


def taken_off_cents(coupon: Coupon) -> int:
    """What a locked or used coupon still takes off in its order: less what refunds of that order have taken back."""
    return taken_off(coupon).total()


def taken_off(coupon: Coupon) -> Counter[str]:
    """The same by funder."""
    off: Counter[str] = Counter()
    if coupon.state not in IN_USE:
        return off
    of_line, of_fee = Q(order_line__order__key=coupon.order_key), Q(order_shipping__order__key=coupon.order_key)
    shares = DiscountShare.objects.filter(of_line | of_fee, coupon=coupon)
    given = shares.annotate(back=Sum("reversals__amount_cents", default=0))
    for funder, cents, back in given.values_list("funder", "amount_cents", "back"):
        off[funder] += cents - back
    return off


def _lost(reward: OrderReward, kept: "_Kept") -> LostReward | None:
    earned = kept.earned_by(reward)
    if earned and earned.template == reward.template_code:
        return None
    is_new, keeps_cents = reward.withdrawn_at is None, earned.value_cents if earned else 0
    due_cents = 0
    if reward.coupon and reward.coupon.state in IN_USE and not kept.leaves_spent(reward):
        due_cents = max(0, taken_off_cents(reward.coupon) - keeps_cents - reward.deducted_cents)
    instead = earned if is_new and not (reward.coupon and reward.coupon.state in IN_USE) else None
    return LostReward(reward, is_new, due_cents, keeps_cents, instead) if is_new or due_cents else None


@dataclass(frozen=True)
class _Kept:
    """What an order holds after a refund, as far as its rewards look at it."""

    order: Order
    back: Sequence[RefundLineQuote]
    shares: Sequence[DiscountShare]

    def earned_by(self, reward: OrderReward) -> AddedCoupon | None:
        offer_id = reward.campaign_revision.campaign.offer_id
        return next(iter(coupons_earned(self.document, offer_id, self.held)), None)

    def leaves_spent(self, reward: OrderReward) -> bool:
        """Whether the campaign leaves a coupon with the shopper that has been used."""
        offers = {offer.id: offer for offer in self.document.offers}
        return bool(getattr(offers[reward.campaign_revision.campaign.offer_id].benefit, "keep_spent", False))

    @cached_property
    def document(self) -> CartDocument:
        return parse_document(self.order.document["input"])

    @cached_property
    def held(self) -> list[HeldLine]:
        lines, placed = self.order.lines.order_by("position"), self.order.document["quote"]["lines"]
        return [self._held(line, row) for line, row in zip(lines, placed, strict=True)]

    def _held(self, line: OrderLine, placed: Mapping[str, Any]) -> HeldLine:
        now = sum(row.units for row in self.back if row.line.pk == line.pk)
        takers = frozenset(row["offer"] for row in self._applied if placed["key"] in row["lines"])
        units = line.quantity - self._returned.get(line.pk, 0) - now
        return HeldLine(self._goods(placed), units, self._off_cents[line.pk], takers)

    def _goods(self, placed: Mapping[str, Any]) -> CartLine:
        """Return what the line is, with as many pieces as were bought of it."""
        found = next(line for line in self.document.cart.lines if line.key == placed["parts"][0][0])
        alike = [line for line in self.document.cart.lines if (line.shop, line.sku) == (found.shop, found.sku)]
        return replace(found, quantity=sum(line.quantity for line in alike if line.list_cents == found.list_cents))

    @cached_property
    def _applied(self) -> list[dict[str, Any]]:
        return self.order.document["quote"]["applied"]

    @cached_property
    def _off_cents(self) -> Mapping[int, Counter[str]]:
        """What offers still take off each line, by line id and offer id."""
        off: dict[int, Counter[str]] = {line_id: Counter() for line_id in self.order.lines.values_list("pk", flat=True)}
        for share in self.shares:
            if share.order_line_id:
                cents = share.amount_cents - self._reversed.get(share.pk, 0)
                off[share.order_line_id][giver_of(share).offer] += cents
        for row in self.back:
            for taken in row.reversed:
                off[row.line.pk][giver_of(taken.share).offer] -= taken.cents
            for added in row.added:
                off[row.line.pk][added.giver.offer] += added.cents
        return off

    @cached_property
    def _returned(self) -> Mapping[int, int]:
        """Units that came back at the shopper's fault, by line id."""
        rows = RefundLine.objects.filter(refund__order=self.order, refund__state=RefundState.APPROVED)
        own = rows.exclude(refund__fault=Fault.SELLER).order_by()
        return dict(own.values_list("order_line").annotate(Sum("units")))

    @cached_property
    def _reversed(self) -> Mapping[int, int]:
        """What was taken back of each share at the shopper's fault, by share id."""
        rows = ShareReversal.objects.filter(refund__order=self.order).exclude(refund__fault=Fault.SELLER).order_by()
        return dict(rows.values_list("share").annotate(Sum("amount_cents")))
