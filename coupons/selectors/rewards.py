"""What lower floors ask about coupon templates: which ones a campaign may promise as a reward, and whose one is."""

from campaigns.sources import RewardTemplate
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate
from pricing.models import Shop


def reward_templates() -> list[RewardTemplate]:
    """Return the approved templates, the newest first. One query."""
    approved = CouponTemplate.objects.filter(state=ReviewedState.APPROVED, current_revision__isnull=False)
    rows = approved.select_related("current_revision").order_by("-pk")
    return [RewardTemplate(str(row.pk), row.current_revision.local_name, row.shop_id) for row in rows]


def template_owner(template_id: int) -> Shop | None:
    """Return the shop that owns a coupon template; None for the platform, and for no template. One query."""
    template = CouponTemplate.objects.select_related("shop").filter(pk=template_id).first()
    return template.shop if template else None
