"""Issue channels: the ways in which a template may be handed out, and the way of a coupon or an activity.

Most ways know the customer and ask whether the template means them. Some promise the coupon before they know whom:
a code is bound by who has it, the odds of a lottery and the reward of an order are shown to everybody.
"""

from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import CampaignRevision
from coupons.lifecycle import ReviewedState
from coupons.models import (
    ClaimCampaignRevision,
    CodePoolRevision,
    Coupon,
    CouponGrantRevision,
    CouponTemplate,
    CouponTemplateRevision,
    IssueChannel,
    LotteryRevision,
    MemberGiftRevision,
)
from coupons.places import LINK
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

CHANNEL_OF_ACTIVITY = {
    CampaignRevision: IssueChannel.REWARD,
    CodePoolRevision: IssueChannel.CODE,
    CouponGrantRevision: IssueChannel.GRANT,
    LotteryRevision: IssueChannel.LOTTERY,
    MemberGiftRevision: IssueChannel.GIFT,
}
PROMISED_TO_ALL = frozenset({IssueChannel.CODE, IssueChannel.LOTTERY, IssueChannel.REWARD})
NOT_IN_THIS_WAY = N_("This coupon is not handed out in this way: choose another, or have its issue channels changed.")
FOR_SOME_ONLY = N_(
    "This coupon is meant for some customers only; codes, lotteries and rewards promise it to everybody: "
    "choose another, or have its audience taken away."
)


class WrongChannel(Refusal):
    """A template is not handed out in this way; `field` names the side that is being edited."""


def is_given_by(template: CouponTemplateRevision, channel: str) -> bool:
    """Whether a revision may be handed out in a way at all. No query."""
    return not why_not_given_by(template, channel)


def why_not_given_by(template: CouponTemplateRevision, channel: str) -> str:
    """Return the msgid that says why a revision is not handed out in a way, "" if it is; no way named = every way."""
    if not names(template, channel):
        return NOT_IN_THIS_WAY
    return FOR_SOME_ONLY if template.has_audience and channel in PROMISED_TO_ALL else ""


def offered_for(channel: str) -> QuerySet[CouponTemplate]:
    """Return the approved templates that may be handed out in a way, the newest first; "" for every way."""
    approved = CouponTemplate.objects.filter(state=ReviewedState.APPROVED).order_by("-pk")
    if channel in PROMISED_TO_ALL:
        approved = approved.filter(current_revision__audience={}, current_revision__new_to="")
    if not channel:
        return approved
    every_way = Q(current_revision__issue_channels=[])
    return approved.filter(every_way | Q(current_revision__issue_channels__contains=[channel]))


def names(template: CouponTemplateRevision, channel: str) -> bool:
    """Whether a way is among those that a revision leaves open."""
    return not template.issue_channels or channel in template.issue_channels


def channel_of_coupon(coupon: Coupon) -> str:
    return IssueChannel.LINK.value if coupon.place == LINK else coupon.route


def channel_of(activity: Any) -> str:
    """Return the way in which the revision of an activity hands coupons out."""
    if isinstance(activity, ClaimCampaignRevision):
        return IssueChannel.LINK.value if activity.by_link else IssueChannel.CLAIM.value
    return CHANNEL_OF_ACTIVITY[type(activity)].value


def check_channel(*, template: CouponTemplateRevision, activity: Any, field: str) -> None:
    """Refuse a template and an activity that hands out in a way in which the template is not; `issue_channels` as
    `field` says that the template is edited.
    """
    why = why_not_given_by(template, channel_of(activity))
    if why and field == "issue_channels":
        raise _edited_too_far(template, why)
    if why:
        raise WrongChannel(why, field=field)


def _edited_too_far(template: CouponTemplateRevision, why: str) -> WrongChannel:
    if why == FOR_SOME_ONLY:
        text = N_(
            "A code, a lottery or a reward in force or in review promises this coupon to everybody: stop it first."
        )
        return WrongChannel(text, field="audience" if template.audience else "new_to")
    text = N_("An activity that is in force or in review hands this coupon out in another way: stop it first.")
    return WrongChannel(text, field="issue_channels")
