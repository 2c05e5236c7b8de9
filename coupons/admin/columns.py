"""What the lists of templates and claim campaigns have in common."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from campaigns.models import ReviewState
from coupons.lifecycle import ReviewedState

TONES = {ReviewedState.APPROVED: "good", ReviewedState.PAUSED: "warn", ReviewedState.IN_REVIEW: "review"}


def latest_of(subject: Any) -> Any:
    """Return the revision that a row speaks of: the one in force, else the newest. Needs prefetched revisions."""
    revisions = sorted(subject.revisions.all(), key=lambda revision: revision.number)
    return next((row for row in revisions if row.pk == subject.current_revision_id), None) or revisions[-1]


def awaits_review(subject: Any) -> bool:
    return any(revision.review == ReviewState.IN_REVIEW for revision in subject.revisions.all())


def badge(text: str, tone: str) -> str:
    """Return a state as a coloured label."""
    return format_html('<span class="promo-state {}">{}</span>', tone, text)


def out_of(used: object, total: object) -> str:
    """Return "3 of 1,000", or "3" where there is no limit; texts stay as they are."""
    figures = {"used": counted(used), "total": counted(total)}
    return figures["used"] if total is None else _("%(used)s of %(total)s") % figures


def counted(figure: object) -> str:
    """Return a count as it is read: 1,000,000."""
    return f"{figure:,}" if isinstance(figure, int) else str(figure)
