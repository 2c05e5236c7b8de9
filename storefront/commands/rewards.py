"""Coupons that orders earn: given once the order is paid, lost when what is kept falls below their threshold.

A lost coupon that nobody uses is taken back with the approval of the refund. What one in use takes off elsewhere is
deducted from the refund, and from later ones as far as that did not suffice. Should it take off less one day, because
its order is cancelled or refunded, the difference is given back, and the coupon is taken back once it is free: then
the lower coupon that is still earned takes its place.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from coupons.commands.granting import grant_coupon
from coupons.commands.recalling import LOST, recall_coupon
from coupons.lifecycle import CouponState
from coupons.models import Coupon, Route
from coupons.refusals import AllGone, ClaimOver, LimitReached, NotForYou, NotNow
from coupons.selectors.risk import is_blocked
from pricing.engine.messages import N_
from pricing.transactions import command, locking
from storefront.commands.deducting import book_deduction
from storefront.commands.moving import lock_order
from storefront.lifecycle import OrderState, RefundState
from storefront.models import EntryKind, Order, OrderReward, PaymentEntry, Refund
from storefront.refusals import RefundChanged
from storefront.selectors.lost_rewards import lower_earned, taken_off_cents
from storefront.selectors.refund_parts import LostReward

FOR_GOOD = (AllGone, ClaimOver, LimitReached, NotForYou, NotNow)  # trying again later would not help


@command
def issue_reward(*, reward_id: int, at: datetime) -> bool:
    """Give the coupon of a paid order, once, within its template's limits; False if that is settled already.

    What the template does not allow is noted with its reason and not tried again.
    """
    due = OrderReward.objects.filter(coupon=None, refused="", withdrawn_at=None, order__state=OrderState.PAID)
    reward = due.select_for_update(of=("self",)).select_related("order").filter(pk=reward_id).first()
    if reward is None:
        return False
    try:
        reward.coupon_id = _granted(reward, at)
    except FOR_GOOD as refusal:
        reward.refused = refusal.msgid[: OrderReward._meta.get_field("refused").max_length]
    reward.save(update_fields=["coupon", "refused"])
    return True


def lose_rewards(refund: Refund, rewards: Iterable[LostReward], *, at: datetime) -> list[int]:
    """Withdraw what the order earns no more and book what the refund bears of it; return the coupons to be recalled.

    The caller holds the order. Raises RefundChanged where a coupon was given in the very moment.
    """
    rewards = list(rewards)
    for lost in rewards:
        _withdraw(lost, at)
        if lost.instead:
            OrderReward.objects.create(
                order_id=lost.reward.order_id,
                campaign_revision_id=lost.reward.campaign_revision_id,
                template_code=lost.instead.template,
                value_cents=lost.instead.value_cents,
                refund=refund,
            )
        if lost.deducted_cents:
            book_deduction(lost.reward, refund, lost.deducted_cents, at=at)
    return [lost.reward.coupon_id for lost in rewards if lost.is_taken_back]


@command
def settle_reward(*, reward_id: int, at: datetime) -> bool:
    """Take a lost coupon back that is free now, and give back what refunds bear of it beyond what it still takes off.

    In the place of one that was taken back comes the lower one that is still earned.
    False if there is nothing to be done. Its order is held first, then the coupon: nobody can use it in between.
    """
    order = lock_order(OrderReward.objects.values_list("order", flat=True).get(pk=reward_id))
    reward = OrderReward.objects.get(pk=reward_id)
    if reward.withdrawn_at is None or reward.coupon_id is None:
        return False
    locking("coupon")
    coupon = Coupon.objects.select_for_update(no_key=True).get(pk=reward.coupon_id)
    surplus_cents = reward.deducted_cents - max(0, taken_off_cents(coupon) - reward.keeps_cents)
    recalled = recall_coupon(coupon_id=coupon.pk, order_key=order.key, reason=LOST, at=at)
    if came_back := reward.keeps_cents > 0 and (recalled or coupon.state == CouponState.RECALLED):
        _give_lower(reward)
    if is_due := reward.deducted_cents > 0 and surplus_cents > 0:
        _give_back(order, reward, surplus_cents, at)
    return recalled or came_back or is_due


def _withdraw(lost: LostReward, at: datetime) -> None:
    reward = lost.reward
    as_seen = OrderReward.objects.filter(
        pk=reward.pk,
        coupon=reward.coupon_id,
        withdrawn_at=reward.withdrawn_at,
        deducted_cents=reward.deducted_cents,
    )
    withdrawn = as_seen.update(
        withdrawn_at=reward.withdrawn_at or at,
        deducted_cents=F("deducted_cents") + lost.deducted_cents,
        keeps_cents=0 if lost.instead else lost.keeps_cents,
    )
    if not withdrawn:
        raise RefundChanged(N_("A coupon of this order has just been given. Please check it again."), field="order")


def _give_lower(reward: OrderReward) -> None:
    """Once for each refund that took a better one; the worth that stayed for it stays no more."""
    OrderReward.objects.filter(pk=reward.pk).update(keeps_cents=0)
    if lower := lower_earned(reward):
        by = reward.order.refunds.filter(state=RefundState.APPROVED, decided_at=reward.withdrawn_at).order_by("pk")
        OrderReward.objects.get_or_create(
            order=reward.order,
            campaign_revision_id=reward.campaign_revision_id,
            refund=by.last(),
            defaults={"template_code": lower.template, "value_cents": lower.value_cents},
        )


def _give_back(order: Order, reward: OrderReward, cents: int, at: datetime) -> None:
    """Pay what was kept for a coupon to where the money came from; the entries stay and get a reversing one."""
    entry = book_deduction(reward, None, -cents, at=at)
    OrderReward.objects.filter(pk=reward.pk).update(deducted_cents=F("deducted_cents") - cents)
    Order.objects.filter(pk=order.pk).update(refunded_cents=F("refunded_cents") + cents)
    PaymentEntry.objects.create(
        order=order,
        kind=EntryKind.REWARD_BACK,
        amount_cents=-cents,
        provider=order.entries.get(kind=EntryKind.PAYMENT).provider,
        reference=f"reward:{order.number}:{entry.pk}",
        at=at,
    )


def _granted(reward: OrderReward, at: datetime) -> int:
    if reward.order.customer_id is None:
        raise ClaimOver(N_("The order was placed without signing in."))
    if not (reward.template_code.isascii() and reward.template_code.isdigit()):
        raise ClaimOver(N_("This coupon is not given out."))
    if is_blocked(reward.order.customer_id, at=at):
        raise NotNow(N_("Refused by risk control."))
    coupon = grant_coupon(
        template_id=int(reward.template_code),
        customer_id=reward.order.customer_id,
        grant_key=_grant_key(reward),
        at=at,
        route=Route.REWARD,
    )
    return coupon.pk


def _grant_key(reward: OrderReward) -> str:
    """One coupon for an order and campaign, and one more for each refund that left a lower one."""
    key = f"order:{reward.order.number}:{reward.campaign_revision_id}"
    return f"{key}:{reward.refund_id}" if reward.refund_id else key
