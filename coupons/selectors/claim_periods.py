"""Which activities hand out the coupons of a template, and until when?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from campaigns.models import ReviewState
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaignRevision, CodePoolRevision, LotteryRevision

# The revisions of each kind of activity, and the way from one to its template.
ACTIVITIES = (
    (ClaimCampaignRevision, "claim_campaign__template"),
    (CodePoolRevision, "code_pool__template"),
    (LotteryRevision, "prizes__template"),
)


def living_activity_revisions(*, template_id: int, at: datetime) -> Iterator[Any]:
    """Yield revisions that hand out the template's coupons or are about to: in force or in review, and not over.

    The one that ends last comes first within its kind. A query for each kind of activity.
    """
    in_force = Q(current_of__state__in=[ReviewedState.APPROVED, ReviewedState.PAUSED])
    for revisions, template in ACTIVITIES:
        living = revisions._default_manager.filter(
            in_force | Q(review=ReviewState.IN_REVIEW), ends_at__gt=at, **{template: template_id}
        )
        yield from living.order_by("-ends_at", "pk")
