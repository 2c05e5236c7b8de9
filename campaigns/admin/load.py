"""The page for the expected load: what starts when, and what the calendar expects of it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Festival
from campaigns.selectors.load import Limits, starts_between

AHEAD = {"28": timedelta(days=28), "91": timedelta(days=91), "366": timedelta(days=366)}


def limits() -> Limits:
    """Return what this site calls a big start and what it is trusted with."""
    return Limits(big_skus=settings.START_BIG_SKUS, skus_per_minute=settings.START_SKUS_PER_MINUTE)


def load(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """Show the coming starts. Query: days (28, 91 or 366)."""
    if not request.user.has_perm("campaigns.view_campaign"):
        raise PermissionDenied
    days = request.GET.get("days", "")
    days = days if days in AHEAD else "91"
    now = timezone.now()
    starts = starts_between(now, now + AHEAD[days], limits=limits())
    today = timezone.localdate()
    context = {
        **frame,
        "title": _("Expected load"),
        "starts": starts,
        "warnings": [start for start in starts if start.is_crowded or start.is_above_limit],
        "limits": limits(),
        "choices": [(number, number == days) for number in AHEAD],
        "expected": Festival.objects.filter(ends_on__gte=today, starts_on__lte=today + AHEAD[days]).exclude(
            peak_requests=None, peak_orders=None
        ),
    }
    return render(request, "campaigns/admin/load.html", context)
