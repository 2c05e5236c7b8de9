"""Rewards that wait for something."""

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import CouponTemplate
from storefront.lifecycle import OrderState
from storefront.models import OrderReward


def rewards_to_issue() -> QuerySet[OrderReward]:
    """Rewards of paid orders that have no coupon yet, the oldest first; those of a paused template wait for it."""
    waiting = OrderReward.objects.filter(coupon=None, refused="", withdrawn_at=None)
    paused = CouponTemplate.objects.filter(state=ReviewedState.PAUSED)
    codes = paused.annotate(code=Cast("pk", CharField())).values("code")
    return waiting.filter(order__state=OrderState.PAID).exclude(template_code__in=codes).order_by("pk")


def rewards_to_recall() -> QuerySet[OrderReward]:
    """Withdrawn rewards whose coupon is still in the wallet, the oldest first."""
    return OrderReward.objects.filter(withdrawn_at__isnull=False, coupon__state=CouponState.UNUSED).order_by("pk")
