"""What lower floors ask about coupon templates: which ones a campaign may promise as a reward, and whose one is."""

from datetime import datetime

from campaigns.sources import RewardTemplate
from coupons.channels import names
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate, CouponTemplateRevision, IssueChannel, Validity
from coupons.validity import margin
from pricing.models import Shop


def reward_templates() -> list[RewardTemplate]:
    """Return the approved templates that may be given for orders, the newest first. One query."""
    approved = CouponTemplate.objects.filter(state=ReviewedState.APPROVED, current_revision__isnull=False)
    rows = approved.select_related("current_revision").order_by("-pk")
    return [
        _reward_template(row, row.current_revision) for row in rows if names(row.current_revision, IssueChannel.REWARD)
    ]


def _reward_template(template: CouponTemplate, revision: CouponTemplateRevision) -> RewardTemplate:
    return RewardTemplate(
        code=str(template.pk),
        name=revision.local_name,
        shop_id=template.shop_id,
        earned_until=_earned_until(revision),
        has_audience=revision.has_audience,
    )


def _earned_until(revision: CouponTemplateRevision) -> datetime | None:
    """Return until when orders may earn a coupon that leaves time to use it; None where its validity begins with it."""
    return revision.valid_until - margin() if revision.validity == Validity.FIXED else None


def template_owner(template_id: int) -> Shop | None:
    """Return the shop that owns a coupon template; None for the platform, and for no template. One query."""
    template = CouponTemplate.objects.select_related("shop").filter(pk=template_id).first()
    return template.shop if template else None
