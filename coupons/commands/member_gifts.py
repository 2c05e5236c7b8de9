"""Gifts to members from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from campaigns.models import MemberLevel
from coupons.commands.activities import (
    keep_template,
    problems_of_judging,
    problems_of_period,
    problems_of_words,
    stakes_at_face,
)
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import (
    CouponTemplate,
    MemberGift,
    MemberGiftApproval,
    MemberGiftRevision,
    MemberGiftTransition,
    Occasion,
)
from coupons.risk.signals import GIFT
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

MEMBER_GIFTS = Tables(
    subjects=MemberGift,
    revisions=MemberGiftRevision,
    approvals=MemberGiftApproval,
    transitions=MemberGiftTransition,
    subject="gift",
    lock="template_budget",
    moves=REVIEWED_MOVES,
)


@command
def create_member_gift(
    *,
    content: Content,
    template: CouponTemplate,
    occasion: str,
    by: AbstractBaseUser,
    at: datetime,
    key: UUID | None = None,
) -> MemberGift:
    """Write a new gift with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    owner = {"template": template, "occasion": occasion}
    return begin(MEMBER_GIFTS, owner=owner, content=content, start=Beginning(by, at, key))


def problems_of_member_gift(revision: MemberGiftRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a gift from being submitted or approved."""
    return [
        *problems_of_words(revision),
        *_problems_of_level(revision),
        *problems_of_period(revision, revision.gift.template, at),
        *problems_of_judging(GIFT, revision.gift.template.current_revision),
    ]


def _problems_of_level(revision: MemberGiftRevision) -> list[Refusal]:
    if revision.gift.occasion != Occasion.LEVEL_UP or MemberLevel.objects.filter(code=revision.level).exists():
        return []
    return [Incomplete(N_("Say which level is reached."), field="level")]


def _put_in_force(gift: MemberGift, revision: MemberGiftRevision) -> None:
    keep_template(gift.template_id, revision)


def stakes_of_member_gift(revision: MemberGiftRevision) -> Stakes:
    """Return what its template may give: nobody knows how many will have an occasion."""
    return stakes_at_face(revision.gift.template.current_revision, None)


MEMBER_GIFT_REVIEW = Review(
    MEMBER_GIFTS, problems_of=problems_of_member_gift, put_in_force=_put_in_force, stakes_of=stakes_of_member_gift
)
