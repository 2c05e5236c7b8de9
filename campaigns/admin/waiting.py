"""What waits for a second person: revisions in review of every kind, and stops and withdrawals."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from campaigns.admin.approvals import reasons_shown
from campaigns.commands.review import REVIEWS, Review
from campaigns.desk import Waiting
from campaigns.models import Decision, Intervention, ReviewState
from campaigns.selectors.interventions import waiting_interventions


def revisions_waiting(at: datetime) -> Iterable[Waiting]:
    """Yield every revision in review. Two queries for each kind."""
    for review in REVIEWS.values():
        tables = review.tables
        approvals = tables.approvals._default_manager.filter(decision=Decision.APPROVED)
        in_review = tables.revisions._default_manager.filter(review=ReviewState.IN_REVIEW)
        found = in_review.select_related("author").prefetch_related(Prefetch("approvals", approvals, "given"))
        yield from (_of_revision(review, revision) for revision in found.order_by("submitted_at", "pk"))


def _of_revision(review: Review, revision: Any) -> Waiting:
    subject_id = getattr(revision, f"{review.tables.subject}_id")
    name = review.kind.replace(".", "_")
    return Waiting(
        kind=review.tables.subjects._meta.verbose_name,
        title=revision.local_name,
        page=reverse(f"admin:{name}_change", args=[subject_id]),
        decide_page=reverse(f"admin:{name}_act", args=[subject_id, "approve"]),
        permission=review.permission,
        since=revision.submitted_at,
        author=str(revision.author),
        not_by=frozenset({revision.author_id, *(approval.checker_id for approval in revision.given)}),
        got=len(revision.given),
        needed=revision.approvals_needed,
        risks=tuple(reasons_shown(revision)),
        due_at=getattr(revision, "starts_at", None),
    )


def interventions_waiting(at: datetime) -> Iterable[Waiting]:
    """Yield every stop or withdrawal that a second person has to look at. One query."""
    for row in waiting_interventions():
        page = reverse("admin:campaigns_intervention_change", args=[row.pk])
        yield Waiting(
            kind=Intervention._meta.verbose_name,
            title=f"{row.get_deed_display()}: {row.campaign.current_revision.local_name}",
            page=page,
            decide_page=page,
            permission="campaigns.approve_campaign",
            since=row.asked_at,
            author=str(row.asked_by or ""),
            not_by=frozenset({row.asked_by_id} - {None}),
            risks=(row.reason,),
        )
