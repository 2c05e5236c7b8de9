"""Which activities hand out the coupons of a template, and until when?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import CampaignRevision, ReviewState
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaignRevision, CodePoolRevision, LotteryRevision, MemberGiftRevision
from pricing.engine.benefits.reward import Reward

# The revisions of each kind of activity, and the way from one to its template; `_rewarding` are activities, too.
ACTIVITIES = (
    (ClaimCampaignRevision, "claim_campaign__template"),
    (CodePoolRevision, "code_pool__template"),
    (LotteryRevision, "prizes__template"),
    (MemberGiftRevision, "gift__template"),
)


def living_activity_revisions(*, template_id: int, at: datetime) -> Iterator[Any]:
    """Yield revisions that hand out the template's coupons or are about to: in force or in review, and not over.

    The one that ends last comes first within its kind. A query for each kind of activity.
    """
    in_force = Q(current_of__state__in=[ReviewedState.APPROVED, ReviewedState.PAUSED])
    of_template = [revisions._default_manager.filter(**{way: template_id}) for revisions, way in ACTIVITIES]
    for activities in (*of_template, _rewarding(template_id)):
        living = activities.filter(in_force | Q(review=ReviewState.IN_REVIEW), ends_at__gt=at)
        yield from living.order_by("-ends_at", "pk")


def _rewarding(template_id: int) -> QuerySet[CampaignRevision]:
    """Campaigns whose orders earn a coupon of the template, or a better one from a higher amount on."""
    code = str(template_id)
    earned = Q(params__template=code) | Q(params__higher__contains=[{"template": code}])
    return CampaignRevision.objects.filter(earned, benefit_code=Reward.CODE)
