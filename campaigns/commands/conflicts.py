"""Ask for the conflict report on a revision, and see to it that there is one when it is decided about."""

from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.transitions import MoveRefused
from campaigns.conflicts.freshness import standing_of
from campaigns.conflicts.loading import draft_of
from campaigns.conflicts.making import make_report
from campaigns.models import CampaignRevision, ReviewState
from pricing.commands.jobs import ask_for
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Job
from pricing.transactions import command

KIND = "conflict_report"
AT_ONCE = 100  # SKUs that are looked at while somebody waits
OPEN = (ReviewState.DRAFT, ReviewState.IN_REVIEW)


@command
def ask_for_report(*, revision_id: int, by: AbstractBaseUser | None, at: datetime) -> Job:
    """Return the job that makes the report on a draft or on what is in review; one at a time for each.

    Raises MoveRefused for what has been decided: what was decided upon stays as it was.
    """
    revision = CampaignRevision.objects.get(pk=revision_id)
    if revision.review not in OPEN:
        raise MoveRefused(N_("This has been decided already; its report stays as it was."))
    return ask_for(KIND, params={"revision": revision.pk}, by=by, at=at, subject=subject_of(revision))


def subject_of(revision: CampaignRevision) -> str:
    """Return the name under which jobs about a revision are found."""
    return f"revision:{revision.pk}"


def prepare_report(*, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """See to an up-to-date report: of few SKUs it is made here and now, of many by a job.

    Outside of any transaction, so that nobody waits for it. What cannot be looked at has other problems to be told.
    """
    revision = look_at_once(revision_id=revision_id, most_skus=AT_ONCE, at=at)
    if revision and not standing_of(revision, at=at).is_current:
        with suppress(Refusal):
            ask_for_report(revision_id=revision_id, by=by, at=at)


def look_at_once(*, revision_id: int, most_skus: int, at: datetime) -> CampaignRevision | None:
    """Make the report on a revision that is still open, if there is none that holds and it takes so few SKUs.

    Returns the revision, None if it has been decided or cannot be looked at.
    """
    revision = CampaignRevision.objects.filter(pk=revision_id, review__in=OPEN).select_related("campaign__shop").first()
    try:
        if revision is None or standing_of(revision, at=at).is_current:
            return revision
        if draft_of(revision, at=at).skus()[: most_skus + 1].count() <= most_skus:
            make_report(revision, at=at, progress=lambda done, total: None)
    except Refusal:
        return None
    return revision
