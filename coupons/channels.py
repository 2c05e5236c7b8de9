"""Issue channels: the ways in which a template may be handed out, and the way of a coupon or an activity."""

from typing import Any

from campaigns.models import CampaignRevision
from coupons.models import (
    ClaimCampaignRevision,
    CodePoolRevision,
    Coupon,
    CouponGrantRevision,
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
NOT_IN_THIS_WAY = N_("This coupon is not handed out in this way: choose another, or have its issue channels changed.")


class WrongChannel(Refusal):
    """A template is not handed out in this way; `field` names the side that is being edited."""


def is_given_by(template: CouponTemplateRevision, channel: str) -> bool:
    """Whether a revision may be handed out in a way; none named = every way."""
    return not template.issue_channels or channel in template.issue_channels


def channel_of_coupon(coupon: Coupon) -> str:
    return IssueChannel.LINK.value if coupon.place == LINK else coupon.route


def channel_of(activity: Any) -> str:
    """Return the way in which the revision of an activity hands coupons out."""
    if isinstance(activity, ClaimCampaignRevision):
        return IssueChannel.LINK.value if activity.by_link else IssueChannel.CLAIM.value
    return CHANNEL_OF_ACTIVITY[type(activity)].value


def check_channel(*, template: CouponTemplateRevision, activity: Any, field: str) -> None:
    """Refuse a template and an activity that hands out in a way which the template does not name."""
    if is_given_by(template, channel_of(activity)):
        return
    if field == "issue_channels":
        text = N_("An activity that is in force or in review hands this coupon out in another way: stop it first.")
    else:
        text = NOT_IN_THIS_WAY
    raise WrongChannel(text, field=field)
