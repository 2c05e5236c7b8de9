"""Ask for the conflict report on a revision."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.transitions import MoveRefused
from campaigns.models import CampaignRevision, ReviewState
from pricing.commands.jobs import ask_for
from pricing.engine.messages import N_
from pricing.models import Job
from pricing.transactions import command

KIND = "conflict_report"
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
