"""Which revision stands for a campaign in one line: the one in force, before the first approval the latest."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from campaigns.models import CampaignRevision, ReviewState


def shown_revisions() -> QuerySet[CampaignRevision]:
    """One revision of each campaign, with the campaign and its owner. `has_review`: a version of it is in review."""
    siblings = CampaignRevision.objects.filter(campaign=OuterRef("campaign"))
    later = siblings.filter(number__gt=OuterRef("number"))
    in_force = Q(campaign__current_revision=F("pk"))
    only_drafted = Q(campaign__current_revision=None) & ~Exists(later)
    return (
        CampaignRevision.objects.filter(in_force | only_drafted)
        .select_related("campaign__shop", "author")
        .annotate(has_review=Exists(siblings.filter(review=ReviewState.IN_REVIEW)))
    )


def shown_between(since: datetime, until: datetime) -> QuerySet[CampaignRevision]:
    """Those whose period touches [since, until), earliest first."""
    return shown_revisions().filter(starts_at__lt=until, ends_at__gt=since).order_by("starts_at", "ends_at", "pk")
