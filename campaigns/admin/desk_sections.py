"""The sections of the desk that campaigns fill: decisions, own work, what begins and ends, notices, jobs."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.alarm_section import recent_alarms
from campaigns.commands.review import REVIEWS
from campaigns.desk import Line, Section, Waiting, waiting_for_decision
from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, Decision, ReviewState
from campaigns.notice_wording import notice_text
from campaigns.selectors.staff import notices_of
from pricing.admin.job import page_of as page_of_job
from pricing.admin.job import title_of as title_of_job
from pricing.models import Job, JobState

SHOWN = 6
SOON = timedelta(hours=24)
OVERDUE = timedelta(hours=24)


def to_decide(user: Any, at: datetime) -> Section | None:
    """What this person can decide now, the oldest first."""
    if not any(user.has_perm(review.permission) for review in REVIEWS.values()):
        return None
    mine = [row for row in waiting_for_decision(at) if row.is_for(user)]
    lines = [_decision(row, at) for row in mine[:SHOWN]]
    empty = gettext_lazy("Nothing waits for your decision.")
    return Section(_("Waiting for your decision"), lines, len(mine), empty, reverse("desk:queue"), tone="first")


def _decision(row: Waiting, at: datetime) -> Line:
    parts = [str(row.kind), row.author]
    if row.needed > 1:
        parts.append(_("%(got)s of %(needed)s approvals") % {"got": row.got, "needed": row.needed})
    parts.append(_("for %(time)s") % {"time": timesince(row.since, at)})
    return Line(row.title, row.decide_page, " · ".join(filter(None, parts)), tone="bad" if is_overdue(row, at) else "")


def is_overdue(row: Waiting, at: datetime) -> bool:
    """Whether something has waited for a day, or its start has passed before anybody decided."""
    return at - row.since >= OVERDUE or (row.due_at is not None and row.due_at <= at)


def own_drafts(user: Any, at: datetime) -> Section | None:
    """Drafts that this person has not handed in. One query for each kind."""
    return _own(user, gettext_lazy("Your drafts"), gettext_lazy("No drafts."), review=ReviewState.DRAFT)


def own_rejected(user: Any, at: datetime) -> Section | None:
    """What came back to its author, with the reason; until a new version is begun. Two queries for each kind."""
    title, empty = gettext_lazy("Rejected: to be mended"), gettext_lazy("Nothing was sent back to you.")
    return _own(user, title, empty, review=ReviewState.REJECTED)


def own_in_review(user: Any, at: datetime) -> Section | None:
    """What this person has handed in and nobody has decided yet. One query for each kind."""
    title, empty = gettext_lazy("Handed in by you"), gettext_lazy("Nothing of yours is in review.")
    return _own(user, title, empty, review=ReviewState.IN_REVIEW)


def _own(user: Any, title: Any, empty: Any, *, review: str) -> Section | None:
    kinds = [kind for kind in REVIEWS.values() if user.has_perm(kind.permission.replace("approve_", "submit_"))]
    if not kinds:
        return None
    rows = [(kind, revision) for kind in kinds for revision in _revisions_of(kind, user, review)]
    rows.sort(key=lambda row: row[1].submitted_at or row[1].created_at, reverse=True)
    return Section(title, [_own_line(*row) for row in rows[:SHOWN]], len(rows), empty)


def _revisions_of(kind: Any, user: Any, review: str) -> QuerySet[Any]:
    found = kind.tables.revisions._default_manager.filter(author=user, review=review).order_by("-pk")
    if review != ReviewState.REJECTED:
        return found
    latest = kind.tables.subjects._default_manager.filter(state=CampaignState.REJECTED)
    return found.filter(**{f"{kind.tables.subject}__in": latest}).prefetch_related("approvals")


def _own_line(kind: Any, revision: Any) -> Line:
    page = reverse(f"admin:{kind.kind.replace('.', '_')}_change", args=[getattr(revision, f"{kind.tables.subject}_id")])
    note = str(kind.tables.subjects._meta.verbose_name)
    if revision.review == ReviewState.REJECTED:
        refused = [row.reason for row in revision.approvals.all() if row.decision == Decision.REJECTED]
        note = refused[-1] if refused else note
    return Line(revision.local_name, page, note, revision.submitted_at or revision.created_at)


def beginning_and_ending(user: Any, at: datetime) -> Section | None:
    """Campaigns in force that start or end within a day, the next one first. One query."""
    if not user.has_perm("campaigns.view_campaign"):
        return None
    soon = Q(starts_at__gt=at, starts_at__lte=at + SOON) | Q(ends_at__gt=at, ends_at__lte=at + SOON)
    in_force = CampaignRevision.objects.filter(soon, current_of__state=CampaignState.APPROVED)
    rows = [(row.starts_at if row.starts_at > at else row.ends_at, row) for row in in_force]
    rows.sort(key=lambda item: (item[0], item[1].pk))
    lines = [
        Line(
            row.local_name,
            reverse("admin:campaigns_campaign_change", args=[row.campaign_id]),
            _("starts") if row.starts_at == when else _("ends"),
            when,
        )
        for when, row in rows[:SHOWN]
    ]
    more = reverse("admin:campaigns_campaign_changelist")
    return Section(_("Within 24 hours"), lines, len(rows), gettext_lazy("Nothing starts or ends."), more)


def unread_notices(user: Any, at: datetime) -> Section:
    """What this person was told and has not read. Two queries."""
    unread = notices_of(user).filter(read_at=None)
    lines = [Line(notice_text(notice), reverse("desk:notices"), "", notice.at) for notice in unread[:SHOWN]]
    return Section(_("Notices"), lines, unread.count(), gettext_lazy("Nothing new."), reverse("desk:notices"))


def jobs_under_way(user: Any, at: datetime) -> Section | None:
    """Long work that runs, and what this person's failed on within a day. Two queries."""
    if not user.has_perm("pricing.view_job"):
        return None
    failed = Q(by=user, state=JobState.FAILED, finished_at__gt=at - SOON)
    found = Job.objects.filter(Q(state__in=[JobState.WAITING, JobState.RUNNING]) | failed).select_related("by")
    count = found.count()
    if not count:
        return None
    lines = [_job(job) for job in found.order_by("-pk")[:SHOWN]]
    return Section(_("Running jobs"), lines, count, "", reverse("admin:pricing_job_changelist"))


def _job(job: Job) -> Line:
    how_far = "" if job.percent is None else f" · {job.percent} %"
    tone = "bad" if job.state == JobState.FAILED else ""
    return Line(title_of_job(job), page_of_job(job), f"{job.get_state_display()}{how_far}", job.asked_at, tone)


SECTIONS = {
    10: to_decide,
    17: recent_alarms,
    20: own_rejected,
    30: own_drafts,
    40: own_in_review,
    50: unread_notices,
    60: beginning_and_ending,
    70: jobs_under_way,
}
