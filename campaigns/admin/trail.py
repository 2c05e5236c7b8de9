"""The history of one reviewed thing: moves, decisions, phases and edits in one list, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from campaigns.lifecycle import CampaignState

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `by` is empty for what the clock did."""

    at: datetime
    what: str
    by: str
    reason: str


def trail_of(subject: Any, opts: Any) -> list[Entry]:
    """Return the last hundred things that happened. Three queries."""
    entries = [*_moves(subject), *_phases(subject), *_edits(subject, opts)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def _moves(subject: Any) -> list[Entry]:
    states = dict(CampaignState.choices)
    return [
        Entry(
            at=row.at,
            what=f"{_move_name(row.move)} ({states.get(row.source, row.source)} → {states.get(row.target, row.target)})"
            if row.source != row.target
            else _move_name(row.move),
            by=str(row.by or ""),
            reason=row.reason,
        )
        for row in subject.transitions.select_related("by").order_by("-pk")[:SHOWN]
    ]


def _move_name(move: str) -> str:
    names = {
        "submit": _("handed in for review"),
        "approve": _("approved"),
        "approve_first": _("approved, the first of two"),
        "reject": _("rejected"),
        "revise": _("new version begun"),
        "discard": _("draft thrown away"),
        "pause": _("paused"),
        "resume": _("resumed"),
        "stop": _("stopped"),
        "ask": _("asked for"),
        "withdraw": _("SKUs taken out"),
        "take_back": _("SKUs taken back in"),
        "refuse": _("request refused"),
        "confirm": _("confirmed afterwards"),
        "call_back": _("request called back"),
        "reinstate": _("stop reverted"),
    }
    return names.get(move, move)


def _phases(subject: Any) -> list[Entry]:
    if not hasattr(subject, "phase_changes"):
        return []
    return [
        Entry(at=row.due_at, what=_("phase: %(phase)s") % {"phase": row.get_phase_display()}, by="", reason="")
        for row in subject.phase_changes.order_by("-pk")[:SHOWN]
    ]


def _edits(subject: Any, opts: Any) -> list[Entry]:
    kind = ContentType.objects.get_for_model(opts.model)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(subject.pk)).select_related("user")
    return [
        Entry(at=entry.action_time, what=entry.get_change_message(), by=str(entry.user), reason="")
        for entry in entries[:SHOWN]
    ]
