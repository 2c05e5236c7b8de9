"""What may be done to a campaign in force, what waits for a second person, and whom it would touch."""

from django.db.models import QuerySet

from campaigns.models import Campaign, CampaignRevision, Intervention, Outcome
from campaigns.selectors.goods import skus_taken_by
from campaigns.sources import Touched, ask
from pricing.models import Sku


def skus_still_in(revision: CampaignRevision) -> QuerySet[Sku]:
    """Return the SKUs that a campaign takes, without those that were taken out, by code."""
    taken = skus_taken_by(revision, shop_id=revision.campaign.shop_id)
    return taken.exclude(pk__in=revision.campaign.withdrawn.values("sku"))


def withdrawn_skus(campaign: Campaign) -> QuerySet[Sku]:
    """Return the SKUs that are out of a campaign, by code."""
    return Sku.objects.filter(pk__in=campaign.withdrawn.values("sku")).select_related("product").order_by("code")


def waiting_interventions() -> QuerySet[Intervention]:
    """Return what waits for a second person, done at once or not, oldest first."""
    waiting = Intervention.objects.filter(outcome=Outcome.WAITING)
    return waiting.select_related("campaign__current_revision", "asked_by").order_by("asked_at", "pk")


def touched(campaign: Campaign, skus: QuerySet[Sku]) -> Touched:
    """Return whom it touches when these SKUs leave the campaign (or come back)."""
    return ask("touched_by", campaign.pk, skus, default=Touched())
