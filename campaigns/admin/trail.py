"""The history of one reviewed thing: moves, decisions, phases, edits and refused attempts in one list, newest first."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin.audit_wording import changes_shown, move_name, refused_text
from campaigns.lifecycle import CampaignState
from campaigns.models import AuditEntry, AuditOutcome

SHOWN = 100
IN_TIME = timedelta(seconds=2)  # what is noted within it is not called late


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `by` is empty for what the clock did; `tone` is "bad" for what was refused.

    `changes` of an edit: label, before and after.
    """

    at: datetime
    what: str
    by: str
    reason: str
    tone: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def trail_of(subject: Any, opts: Any) -> list[Entry]:
    """Return the last hundred things that happened. Four queries."""
    entries = [*_moves(subject), *_phases(subject), *_begun(subject, opts), *_edits_and_refusals(subject)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def _moves(subject: Any) -> list[Entry]:
    states = dict(CampaignState.choices)
    return [
        Entry(
            at=row.at,
            what=f"{move_name(row.move)} ({states.get(row.source, row.source)} → {states.get(row.target, row.target)})"
            if row.source != row.target
            else move_name(row.move),
            by=str(row.by or ""),
            reason=row.reason,
        )
        for row in subject.transitions.select_related("by").order_by("-pk")[:SHOWN]
    ]


def _phases(subject: Any) -> list[Entry]:
    if not hasattr(subject, "phase_changes"):
        return []
    return [
        Entry(
            at=row.due_at,
            what=_("phase: %(phase)s") % {"phase": row.get_phase_display()},
            by="",
            reason=lateness(row.seen_at - row.due_at),
        )
        for row in subject.phase_changes.order_by("-pk")[:SHOWN]
    ]


def lateness(late: timedelta) -> str:
    """Say by how much a worker noted something too late; nothing where it was in time."""
    if late <= IN_TIME:
        return ""
    seconds = int(late.total_seconds())
    if seconds < 60:
        said = ngettext("noted %(count)s second late", "noted %(count)s seconds late", seconds)
        return said % {"count": seconds}
    if seconds < 3_600:
        said = ngettext("noted %(count)s minute late", "noted %(count)s minutes late", seconds // 60)
        return said % {"count": seconds // 60}
    if seconds < 48 * 3_600:
        said = ngettext("noted %(count)s hour late", "noted %(count)s hours late", seconds // 3_600)
        return said % {"count": seconds // 3_600}
    return ngettext("noted %(count)s day late", "noted %(count)s days late", late.days) % {"count": late.days}


def _begun(subject: Any, opts: Any) -> list[Entry]:
    kind = ContentType.objects.get_for_model(opts.model)
    begun = LogEntry.objects.filter(content_type=kind, object_id=str(subject.pk), action_flag=ADDITION)
    return [
        Entry(at=entry.action_time, what=entry.get_change_message(), by=str(entry.user), reason="")
        for entry in begun.select_related("user")
    ]


def _edits_and_refusals(subject: Any) -> list[Entry]:
    about = AuditEntry.objects.filter(kind=subject._meta.label_lower, object_id=subject.pk)
    found = about.filter(~Q(outcome=AuditOutcome.DONE) | Q(act="edit")).select_related("by").order_by("-pk")
    return [
        Entry(
            at=entry.at,
            what=_("draft edited") if entry.outcome == AuditOutcome.DONE else refused_text(entry),
            by=str(entry.by),
            reason=entry.reason,
            tone="" if entry.outcome == AuditOutcome.DONE else "bad",
            changes=changes_shown(entry),
        )
        for entry in found[:SHOWN]
    ]
