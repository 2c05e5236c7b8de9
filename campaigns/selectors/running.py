"""Which campaigns may be used at a moment? The clock decides: no worker is needed."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, WithdrawnSku
from campaigns.selectors.named_skus import with_named_skus
from campaigns.selectors.stock import used_up_campaigns


def with_offer_parts(revisions: QuerySet[CampaignRevision]) -> QuerySet[CampaignRevision]:
    """Fetch what `offer_of` reads besides the SKUs (`with_named_skus`): six queries, however many revisions."""
    withdrawn = Prefetch("campaign__withdrawn", WithdrawnSku.objects.select_related("sku"))
    return revisions.select_related("campaign__shop").prefetch_related(
        "scopes__shop", "scopes__category", "scopes__product", withdrawn
    )


def revisions_in_book(at: datetime) -> list[CampaignRevision]:
    """Current revisions of campaigns that are not over, scheduled and paused ones included, by id, with their SKUs."""
    usable = CampaignRevision.objects.filter(
        current_of__state__in=[CampaignState.APPROVED, CampaignState.PAUSED], ends_at__gt=at, sold_out=None
    )
    return with_named_skus(with_offer_parts(usable).order_by("campaign_id"))


def running_revisions(at: datetime) -> list[CampaignRevision]:
    """Campaigns that a cart may use at this moment, most important first; used up ones are left out."""
    running = CampaignRevision.objects.filter(
        current_of__state=CampaignState.APPROVED, starts_at__lte=at, ends_at__gt=at
    )
    return _still_giving(with_offer_parts(running).order_by("-priority", "campaign_id"))


def announced_revisions(at: datetime) -> list[CampaignRevision]:
    """Campaigns in their warm-up, nearest start first. The goods stay buyable at today's price."""
    announced = CampaignRevision.objects.filter(
        current_of__state=CampaignState.APPROVED, warm_up_at__lte=at, starts_at__gt=at
    )
    return list(with_offer_parts(announced).order_by("starts_at", "campaign_id"))


def _still_giving(revisions: Iterable[CampaignRevision]) -> list[CampaignRevision]:
    found = list(revisions)
    used_up = used_up_campaigns(found)
    return [revision for revision in found if revision.campaign_id not in used_up]
