"""Grants by hand, submitted and approved as people do."""

from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.grants import GRANT_REVIEW, create_grant, store_list
from coupons.grant_rows import try_rows
from coupons.models import CouponGrant, CouponGrantRevision, CouponTemplate
from pricing import tasks
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_user
from tests.factories.coupons import make_template


def make_grant_draft(rows: str, *, template: CouponTemplate | None = None, author: Any = None) -> CouponGrantRevision:
    """A draft with these rows, all of them right when it is written."""
    template = template or make_template()
    tried = try_rows(rows, template)
    assert tried.complaints == []
    said = {"name": "Sorry for the wait", "name_zh": "", "description": "Late parcels", "description_zh": ""}
    content = Content(fields={**said, "list_key": store_list(tried)}, rows={})
    return create_grant(content=content, template=template, by=author or make_user(), at=NOON).revisions.get()


def make_grant(rows: str, *, given: bool = True, **owner: Any) -> CouponGrant:
    """An approved grant, its coupons given unless `given` says no."""
    revision = make_grant_draft(rows, **owner)
    review.submit(GRANT_REVIEW, revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": make_checker(), "at": NOON}
    review.approve(GRANT_REVIEW, revision_id=revision.pk, **seen)
    if given:
        tasks.work_off_jobs()
    return CouponGrant.objects.get(pk=revision.grant_id)
