"""The front page of the back office, a desk for each person; and the queue of everything that waits for a decision."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.admin.desk_sections import is_overdue
from campaigns.commands.review import REVIEWS
from campaigns.desk import sections_for, waiting_for_decision


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the reader's desk to the front page; the theme calls this."""
    at = timezone.now()
    context["desk"] = sections_for(request.user, at) if request.user.is_authenticated else []
    context["title"] = _("Desk")
    return context


@require_safe
@admin.site.admin_view
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision: first what the reader can decide, then the rest; the oldest first in each."""
    if not any(request.user.has_perm(_seeing(review.kind)) for review in REVIEWS.values()):
        raise PermissionDenied
    at = timezone.now()
    rows = [(row, is_overdue(row, at)) for row in waiting_for_decision(at)]
    mine = [item for item in rows if item[0].is_for(request.user)]
    context = {
        **admin.site.each_context(request),
        "title": _("Waiting for review"),
        "groups": [
            (_("For you to decide"), mine, True),
            (_("For others to decide"), [item for item in rows if item not in mine], False),
        ],
        "at": at,
    }
    return render(request, "campaigns/desk/queue.html", context)


def _seeing(kind: str) -> str:
    app, model = kind.split(".")
    return f"{app}.view_{model}"
