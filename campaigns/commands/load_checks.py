"""A start that is bigger than the site is trusted with needs a load test on record before it is approved."""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.models import CampaignRevision, LoadTest, ReviewState
from campaigns.selectors.load import skus_in_minute_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_


class StartTooBig(Refusal):
    """More SKUs would start in one minute than any load test on record has shown."""


def problems_of_load(revision: CampaignRevision, at: datetime) -> list[Refusal]:
    """Return why a start cannot be approved yet: beyond the limit, a passed test of so many SKUs is asked for.

    Drafts may be handed in all the same; what has begun already starts nothing. A test counts for
    settings.START_TEST_DAYS.
    """
    if revision.review != ReviewState.IN_REVIEW or revision.starts_at <= at:
        return []
    skus = skus_in_minute_of(revision)
    if skus <= settings.START_SKUS_PER_MINUTE:
        return []
    oldest = at - timedelta(days=settings.START_TEST_DAYS)
    if LoadTest.objects.filter(skus_per_minute__gte=skus, tested_at__gte=oldest).exists():
        return []
    return [
        StartTooBig(
            N_(
                "%(skus)s SKUs would start in this minute, above the limit of %(limit)s: let a load test of so many be"
                " recorded, or choose another start."
            ),
            field="starts_at",
            skus=skus,
            limit=settings.START_SKUS_PER_MINUTE,
        )
    ]
