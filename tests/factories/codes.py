"""Code pools, submitted and approved as people do; their codes are made at once."""

from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.code_pools import CODE_POOL_REVIEW, create_code_pool
from coupons.commands.codes import take_codes
from coupons.models import CodePool, CodePoolRevision
from pricing import tasks
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_user
from tests.factories.coupons import make_template


def make_pool_draft(kind: str = "single", **fields: Any) -> CodePoolRevision:
    """A draft of ten codes, redeemable from 2020 to 2100; `template` and `author` are made unless given."""
    template, author = fields.pop("template", None) or make_template(), fields.pop("author", None) or make_user()
    said = {
        "name": "Box of tea",
        "name_zh": "茶礼",
        "description": "",
        "description_zh": "",
        "starts_at": LONG_AGO,
        "ends_at": FAR_AHEAD,
        "count": 10 if kind == "single" else None,
        "prefix": "",
        "shared_code": "TEA 2026" if kind == "shared" else "",
        "per_customer": 1,
    }
    content = Content(fields=said | fields, rows={})
    pool = create_code_pool(content=content, template=template, kind=kind, by=author, at=NOON)
    return pool.revisions.get()


def make_code_pool(kind: str = "single", *, made: bool = True, **fields: Any) -> CodePool:
    """An approved pool, its codes made unless `made` says no."""
    revision = make_pool_draft(kind, **fields)
    review.submit(CODE_POOL_REVIEW, revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": make_checker(), "at": NOON}
    review.approve(CODE_POOL_REVIEW, revision_id=revision.pk, **seen)
    if made:
        tasks.work_off_jobs()
    return CodePool.objects.get(pk=revision.code_pool_id)


def codes_in(pool: CodePool) -> list[str]:
    """Download the codes of a pool."""
    return list(take_codes(pool_id=pool.pk, by=make_user(), at=NOON))
