"""Coupons that orders earned: given once the order is paid, taken back once all of it has come back."""

from datetime import datetime

from coupons.commands.granting import grant_coupon
from coupons.commands.recalling import recall_coupon
from coupons.models import Route
from coupons.refusals import AllGone, ClaimOver, LimitReached, NotForYou, NotNow
from coupons.selectors.risk import is_blocked
from pricing.engine.messages import N_
from pricing.transactions import command
from storefront.lifecycle import OrderState
from storefront.models import Order, OrderReward

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


@command
def recall_reward(*, reward_id: int, at: datetime) -> bool:
    """Take the coupon of a withdrawn reward back; False if it is locked or spent."""
    reward = OrderReward.objects.select_related("order").get(pk=reward_id)
    if reward.withdrawn_at is None or reward.coupon_id is None:
        return False
    return recall_coupon(
        coupon_id=reward.coupon_id, order_key=reward.order.key, reason=N_("the order was refunded in full"), at=at
    )


def withdraw_rewards(order: Order, *, at: datetime) -> None:
    """Nothing of the order is kept, so it has earned nothing; the timer takes back what was given."""
    OrderReward.objects.filter(order=order, withdrawn_at=None).update(withdrawn_at=at)


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
        grant_key=f"order:{reward.order.number}:{reward.campaign_revision_id}",
        at=at,
        route=Route.REWARD,
    )
    return coupon.pk
