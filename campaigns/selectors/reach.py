"""Who is told of which campaigns, and what became of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import CampaignRevision, Customer, Reach, ReachChannel, ReachOutcome, ShopperMessage
from campaigns.selectors.phases import phases_of

WEEK = timedelta(days=7)
# What counts against the cap: everything that has reached the customer, or may have.
RECEIVED = (ReachOutcome.QUEUED, ReachOutcome.SENDING, ReachOutcome.SENT, ReachOutcome.UNKNOWN)


def channels_of(revision: CampaignRevision) -> list[str]:
    """Return the channels on which a campaign is announced when it starts."""
    wanted = {ReachChannel.IN_SITE: revision.reach_in_site, ReachChannel.EMAIL: revision.reach_email}
    return [channel for channel, is_wanted in wanted.items() if is_wanted]


def revisions_to_tell(at: datetime) -> list[CampaignRevision]:
    """Return the running campaigns whose audience has not been told in full, the oldest start first."""
    asked = Q(reach_in_site=True) | Q(reach_email=True)
    begun = CampaignRevision.objects.filter(current_of__state=CampaignState.APPROVED, starts_at__lte=at, ends_at__gt=at)
    open_ones = begun.filter(asked, campaign__wave__finished_at=None).select_related("campaign")
    revisions = list(open_ones.prefetch_related("scopes", "skus").order_by("starts_at", "pk"))
    phases = phases_of(revisions, at=at)
    return [revision for revision in revisions if phases[revision.campaign_id] == Phase.RUNNING]


def heard_lately(customers: Collection[int], *, at: datetime) -> dict[tuple[int, str], int]:
    """Return how many campaigns each customer was told of within the last seven days, by customer and channel."""
    rows = Reach.objects.filter(customer__in=customers, outcome__in=RECEIVED, at__gt=at - WEEK).order_by()
    counted = rows.values_list("customer", "channel").annotate(count=Count("pk"))
    return {(customer, channel): count for customer, channel, count in counted}


def reach_figures(campaign_ids: Collection[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Return, by campaign, how many customers each outcome had on each channel. One query."""
    rows = Reach.objects.filter(campaign__in=campaign_ids).order_by().values_list("campaign", "channel", "outcome")
    found: dict[int, dict[tuple[str, str], int]] = {}
    for campaign, channel, outcome, count in rows.annotate(count=Count("pk")):
        found.setdefault(campaign, {})[channel, outcome] = count
    return found


def messages_of(customer: Customer) -> QuerySet[ShopperMessage]:
    """Return the messages of a customer, newest first."""
    return ShopperMessage.objects.filter(customer=customer).select_related("campaign").order_by("-pk")


def unread_count(customer: Customer) -> int:
    """Return how many messages a customer has not read. One query."""
    return ShopperMessage.objects.filter(customer=customer, read_at=None).count()
