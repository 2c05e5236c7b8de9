"""The audit trail as CSV, as the list shows it: filters and search are those of the page."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.admin.audit_wording import changes_shown, move_name
from campaigns.models import AuditEntry
from pricing.csv_text import csv_lines
from pricing.engine.messages import Message
from pricing.wording import say

AT_ONCE = 500


def audit_file(entries: Any) -> StreamingHttpResponse:
    """Stream entries, the latest first, one after the other; amounts and rates as people read them."""
    header = (
        _("at"), _("who"), _("outcome"), _("what"), _("thing"), _("number"), _("before"), _("after"),
        _("changes"), _("reason"), _("refused because"), _("address"),
    )  # fmt: skip
    named = {"Content-Disposition": 'attachment; filename="audit-trail.csv"'}
    return StreamingHttpResponse(
        csv_lines(header, _rows(entries)), content_type="text/csv; charset=utf-8", headers=named
    )


def _rows(entries: Any) -> Iterator[tuple[object, ...]]:
    for entry in entries.iterator(AT_ONCE):
        yield (
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            str(entry.by or _("the clock")),
            entry.get_outcome_display(),
            move_name(entry.act),
            entry.kind,
            entry.object_id,
            entry.before,
            entry.after,
            "; ".join(f"{name}: {before} → {after}" for name, before, after in changes_shown(entry)),
            entry.reason,
            _why_refused(entry),
            entry.route,
        )


def _why_refused(entry: AuditEntry) -> str:
    return say(Message(entry.msgid, entry.figures)) if entry.msgid else ""
