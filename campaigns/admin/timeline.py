"""The timeline of all campaigns over the calendar of festivals, and moving one's own drafts on it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.facts import moment as moment_text
from campaigns.admin.timeline_lanes import LANES, lanes_of
from campaigns.admin.timeline_window import ZOOMS, Window
from campaigns.commands.shifting import move_draft
from campaigns.forms.inputs import EARLIEST, LATEST, moment
from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, Festival, ReviewState
from campaigns.selectors.phases import phases_of
from campaigns.selectors.shown import shown_between
from pricing.engine.errors import Refusal
from pricing.wording import say

NAME = "admin:campaigns_campaign_timeline"
VIEW, CHANGE = "campaigns.view_campaign", "campaigns.change_campaign"
ZOOM_LABELS = {"week": gettext_lazy("week"), "month": gettext_lazy("month"), "quarter": gettext_lazy("quarter")}
MOST_SHOWN = 1_000
OWN_DRAFTS = 40


class MoveForm(forms.Form):
    """When a draft shall start."""

    starts_at = moment(_("Starts at"))


def timeline(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """Show a window of time. Query: zoom, day (any day of its first week), lanes, hide=ended."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    now = timezone.now()
    chosen = _chosen(request)
    window = Window.around(_day(request), ZOOMS[chosen["zoom"]])
    found = shown_between(window.since, window.until)
    if chosen["hide"]:
        found = found.exclude(campaign__state=CampaignState.STOPPED).filter(ends_at__gt=now)
    revisions = list(found[:MOST_SHOWN])
    context = {
        **frame,
        "title": _("Timeline"),
        "window": window,
        "weeks": [(window.column_of_day(day), day) for day in window.days if day.weekday() == 0],
        "festivals": _festivals(window),
        "lanes": lanes_of(revisions, _phases(revisions, now), window, by=chosen["lanes"], viewer=request.user),
        "today": window.column_at(now) if window.since <= now < window.until else None,
        "shown": len(revisions),
        "most_shown": MOST_SHOWN,
        "links": _links(window, chosen, now),
        "here": request.get_full_path(),
        "drafts": _own_drafts(request),
        "legend": _legend(),
    }
    return render(request, "campaigns/admin/timeline.html", context)


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a draft of one's own to the start that was posted (`starts_at_0` date, `starts_at_1` time)."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    draft = CampaignRevision.objects.filter(campaign=pk, review=ReviewState.DRAFT).first()
    if draft is None:
        raise Http404
    form = MoveForm(request.POST)
    if form.is_valid():
        _move(request, draft, form.cleaned_data["starts_at"])
    else:
        messages.error(request, _("Not moved: give a date and a time for the start, such as 2026-11-11 and 00:00."))
    return HttpResponseRedirect(_back(request))


def _move(request: HttpRequest, draft: CampaignRevision, starts_at: datetime) -> None:
    try:
        moved = move_draft(revision_id=draft.pk, starts_at=starts_at, by=request.user)
    except Refusal as refusal:
        messages.error(request, say(refusal))
        return
    figures = {"name": moved.local_name, "start": moment_text(moved.starts_at), "end": moment_text(moved.ends_at)}
    messages.success(request, _("“%(name)s” now runs from %(start)s to %(end)s.") % figures)


def _chosen(request: HttpRequest) -> dict[str, str]:
    zoom, lanes = request.GET.get("zoom", ""), request.GET.get("lanes", "")
    return {
        "zoom": zoom if zoom in ZOOMS else "month",
        "lanes": lanes if lanes in LANES else "owner",
        "hide": "ended" if request.GET.get("hide") == "ended" else "",
    }


def _day(request: HttpRequest) -> date:
    """Return the day that was asked for, today where it is missing or is no day of the years that forms take."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return day if day and EARLIEST.year < day.year < LATEST.year else timezone.localdate()


def _festivals(window: Window) -> list[tuple[int, int, Festival]]:
    last = window.days[-1]
    found = Festival.objects.filter(starts_on__lte=last, ends_on__gte=window.first)
    columns = window.zoom.per_day
    return [
        (
            window.column_of_day(festival.starts_on),
            window.column_of_day(min(festival.ends_on, last)) + columns,
            festival,
        )
        for festival in found
    ]


def _phases(revisions: list[CampaignRevision], now: datetime) -> dict[int, Any]:
    ids = [revision.pk for revision in revisions if revision.campaign.current_revision_id == revision.pk]
    in_force = CampaignRevision.objects.filter(pk__in=ids).select_related("campaign")
    return phases_of(in_force.prefetch_related("scopes", "skus"), at=now)


def _links(window: Window, chosen: dict[str, str], now: datetime) -> dict[str, Any]:
    def to(**changes: Any) -> str:
        query = chosen | {"day": window.first.isoformat()} | {name: str(value) for name, value in changes.items()}
        return "?" + "&".join(f"{name}={value}" for name, value in query.items() if value)

    return {
        "earlier": to(day=window.earlier),
        "later": to(day=window.later),
        "today": to(day=timezone.localtime(now).date()),
        "zooms": [(label, to(zoom=code), code == chosen["zoom"]) for code, label in ZOOM_LABELS.items()],
        "lanes": [(label, to(lanes=code), code == chosen["lanes"]) for code, (label, _by) in LANES.items()],
        "ended": (to(hide="" if chosen["hide"] else "ended"), bool(chosen["hide"])),
        "chosen": chosen,
    }


def _own_drafts(request: HttpRequest) -> list[CampaignRevision]:
    if not request.user.has_perm(CHANGE):
        return []
    own = CampaignRevision.objects.filter(review=ReviewState.DRAFT, author=request.user)
    return list(own.select_related("campaign").order_by("starts_at", "pk")[:OWN_DRAFTS])


def _legend() -> list[tuple[str, str]]:
    return [
        ("draft", _("draft")), ("review", _("in review")), ("soon", _("scheduled or announced")),
        ("good", _("running")), ("warn", _("paused or sold out")), ("over", _("ended or stopped")),
    ]  # fmt: skip


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse(NAME)
