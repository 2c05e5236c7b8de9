"""Which claim campaigns depend on a template?"""

from datetime import datetime

from django.db.models import Q, QuerySet

from campaigns.models import ReviewState
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaignRevision


def living_claim_revisions(*, template_id: int, at: datetime) -> QuerySet[ClaimCampaignRevision]:
    """Revisions that hand out the template's coupons or are about to: in force or in review, and not over."""
    in_force = Q(current_of__state__in=[ReviewedState.APPROVED, ReviewedState.PAUSED])
    found = ClaimCampaignRevision.objects.filter(
        in_force | Q(review=ReviewState.IN_REVIEW), claim_campaign__template=template_id, ends_at__gt=at
    )
    return found.order_by("-ends_at", "pk")
