"""Rewards that wait for something."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, Greatest

from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import CouponTemplate
from storefront.lifecycle import OrderState
from storefront.models import DiscountShare, OrderReward, ShareReversal


def rewards_to_issue() -> QuerySet[OrderReward]:
    """Rewards of paid orders that have no coupon yet, the oldest first; those of a paused template wait for it."""
    waiting = OrderReward.objects.filter(coupon=None, refused="", withdrawn_at=None)
    paused = CouponTemplate.objects.filter(state=ReviewedState.PAUSED)
    codes = paused.annotate(code=Cast("pk", CharField())).values("code")
    return waiting.filter(order__state=OrderState.PAID).exclude(template_code__in=codes).order_by("pk")


def rewards_to_settle() -> list[int]:
    """Lost rewards, by id, whose coupon is free, takes off less than refunds bear of it, or came back for a lower one.

    Two queries.
    """
    lost = OrderReward.objects.filter(withdrawn_at__isnull=False).order_by("pk")
    came_back = Q(coupon__state=CouponState.RECALLED, keeps_cents__gt=0)
    free = lost.filter(Q(coupon__state=CouponState.UNUSED) | came_back)
    takes_off = Coalesce(_in_its_order(DiscountShare, ""), 0) - Coalesce(_in_its_order(ShareReversal, "share__"), 0)
    borne = lost.filter(deducted_cents__gt=0).annotate(due=Greatest(takes_off - F("keeps_cents"), 0))
    too_much = borne.filter(deducted_cents__gt=F("due"))
    return sorted({*free.values_list("pk", flat=True), *too_much.values_list("pk", flat=True)})


def lost_coupons(coupon_ids: Collection[int]) -> dict[int, UUID]:
    """Which of these coupons the order that earned them has lost: the key of that order, by coupon id. One query."""
    lost = OrderReward.objects.filter(withdrawn_at__isnull=False, coupon__in=coupon_ids)
    return dict(lost.values_list("coupon", "order__key"))


def _in_its_order(rows: type[Model], share: str) -> Subquery:
    """The cents of a reward's coupon in the order that holds it."""
    key, own = OuterRef("coupon__order_key"), {f"{share}coupon": OuterRef("coupon")}
    of_order = Q(**{f"{share}order_line__order__key": key}) | Q(**{f"{share}order_shipping__order__key": key})
    found = rows.objects.filter(of_order, **own).order_by().values(f"{share}coupon")
    return Subquery(found.annotate(cents=Sum("amount_cents")).values("cents"))
