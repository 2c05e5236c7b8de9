"""Rewards that wait for something."""

from django.db.models import QuerySet

from coupons.lifecycle import CouponState
from storefront.lifecycle import OrderState
from storefront.models import OrderReward


def rewards_to_issue() -> QuerySet[OrderReward]:
    """Rewards of paid orders that have no coupon yet, the oldest first."""
    waiting = OrderReward.objects.filter(coupon=None, refused="", withdrawn_at=None)
    return waiting.filter(order__state=OrderState.PAID).order_by("pk")


def rewards_to_recall() -> QuerySet[OrderReward]:
    """Withdrawn rewards whose coupon is still in the wallet, the oldest first."""
    return OrderReward.objects.filter(withdrawn_at__isnull=False, coupon__state=CouponState.UNUSED).order_by("pk")
