"""The demo's codes: one that everybody may type, and a small pool to download."""

from datetime import datetime
from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.code_pools import CODE_POOL_REVIEW, create_code_pool
from coupons.models import CouponTemplate
from promo_site.demo.campaigns import DAY, HOUR, on_the_minute
from promo_site.demo.people import staff

SHARED_CODE = "PERSIMMON"
POOLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("shared", {"name": "In the newsletter", "name_zh": "邮件里的口令", "shared_code": SHARED_CODE, "count": 500}),
    ("single", {"name": "Cards in the parcels", "name_zh": "包裹里的卡片", "prefix": "TEA", "count": 200}),
)
PLAIN = {"description": "", "description_zh": "", "prefix": "", "shared_code": "", "per_customer": 1}


def set_up_codes(*, at: datetime) -> None:
    """Have two pools of codes for the first coupon approved; a worker makes the codes."""
    template = CouponTemplate.objects.order_by("pk")[0]
    operator, begun_at = staff("operator"), at - DAY
    for kind, said in POOLS:
        fields = {**PLAIN, **said, "starts_at": on_the_minute(begun_at), "ends_at": on_the_minute(at + 60 * DAY)}
        content = Content(fields=fields, rows={})
        pool = create_code_pool(content=content, template=template, kind=kind, by=operator, at=begun_at)
        revision = pool.revisions.get()
        review.submit(CODE_POOL_REVIEW, revision_id=revision.pk, by=operator, at=begun_at + HOUR)
        revision.refresh_from_db()
        seen = {"seen_hash": revision.content_hash, "by": staff("approver"), "at": begun_at + 2 * HOUR}
        review.approve(CODE_POOL_REVIEW, revision_id=revision.pk, **seen)
