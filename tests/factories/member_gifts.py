"""Gifts to members, submitted and approved as people do."""

from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.member_gifts import MEMBER_GIFT_REVIEW, create_member_gift
from coupons.models import MemberGift, MemberGiftRevision
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_user
from tests.factories.coupons import make_template


def make_gift_draft(occasion: str = "sign_up", **fields: Any) -> MemberGiftRevision:
    """A draft from 2020 to 2100; `template` and `author` are made unless given."""
    template, author = fields.pop("template", None) or make_template(), fields.pop("author", None) or make_user()
    said = {
        "name": "Welcome",
        "name_zh": "欢迎",
        "description": "",
        "description_zh": "",
        "starts_at": LONG_AGO,
        "ends_at": FAR_AHEAD,
        "level": "",
    }
    content = Content(fields=said | fields, rows={})
    gift = create_member_gift(content=content, template=template, occasion=occasion, by=author, at=NOON)
    return gift.revisions.get()


def make_member_gift(occasion: str = "sign_up", **fields: Any) -> MemberGift:
    """An approved gift."""
    revision = make_gift_draft(occasion, **fields)
    review.submit(MEMBER_GIFT_REVIEW, revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": make_checker(), "at": NOON}
    review.approve(MEMBER_GIFT_REVIEW, revision_id=revision.pk, **seen)
    return MemberGift.objects.get(pk=revision.gift_id)
