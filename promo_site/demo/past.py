"""The days before the demo begins: phases were noted when they came, and people have read what is over."""

from datetime import datetime

from campaigns.commands.phases import note_phases
from campaigns.commands.review import REVIEWS
from campaigns.commands.review_notices import page_of
from campaigns.models import CampaignRevision, ReviewState, StaffNotice

MOMENTS = ("warm_up_at", "starts_at", "ends_at")


def live_through(*, at: datetime) -> None:
    """Note every phase that has come up to now at its time, and leave unread only what still waits for somebody."""
    rows = CampaignRevision.objects.filter(current_of__isnull=False).values_list(*MOMENTS)
    for moment in sorted({moment for row in rows for moment in row if moment and moment <= at}):
        note_phases(at=moment)
    open_pages = [
        page_of(getattr(revision, review.tables.subject))
        for review in REVIEWS.values()
        for revision in review.tables.revisions._default_manager.filter(review=ReviewState.IN_REVIEW)
    ]
    StaffNotice.objects.filter(read_at=None).exclude(link__in=open_pages).update(read_at=at)
