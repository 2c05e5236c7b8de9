"""Coupon templates that a campaign may promise as a reward."""

from campaigns.sources import RewardTemplate
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate


def reward_templates() -> list[RewardTemplate]:
    """Return the approved templates, the newest first. One query."""
    approved = CouponTemplate.objects.filter(state=ReviewedState.APPROVED, current_revision__isnull=False)
    rows = approved.select_related("current_revision").order_by("-pk")
    return [RewardTemplate(str(row.pk), row.current_revision.local_name, row.shop_id) for row in rows]
