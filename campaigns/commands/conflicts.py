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
    revision = CampaignRevision.objects.filter(pk=revision_id, review__in=OPEN).select_related("campaign__shop").first()
    if revision is None or standing_of(revision, at=at).is_current:
        return
    with suppress(Refusal):
        if draft_of(revision, at=at).skus()[: AT_ONCE + 1].count() <= AT_ONCE:
            make_report(revision, at=at, progress=lambda done, total: None)
        else:
            ask_for_report(revision_id=revision_id, by=by, at=at)
