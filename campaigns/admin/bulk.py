"""Acts for many campaigns at once: choose in the list, see whom it touches, confirm, read what was skipped."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from campaigns.admin.acts import ACT_BY_CODE, Standing
from campaigns.commands.bulk import PERMISSIONS, Bulk, act_on
from campaigns.commands.campaigns import problems_of
from campaigns.models import Campaign, ReviewState
from campaigns.selectors.shown import shown_revisions
from pricing.admin.job import page_of
from pricing.commands.jobs import ask_for
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Job
from pricing.wording import say

AT_ONCE = 20  # more than these are done by a worker
HANDED_IN_AT_ONCE = 3  # each has its conflict report made, about a second on a busy machine
MOST = 2_000
LISTED = 200
FARTHEST_DAYS = 3_660
OPEN = (ReviewState.DRAFT, ReviewState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Touched:
    """One chosen campaign: `why_not` is empty where the act is possible as things stand."""

    campaign: Campaign
    name: str
    why_not: str


class BulkActs:
    """What the list of campaigns adds: its actions, their confirm page and the report."""

    actions = ["submit_selected", "pause_selected", "resume_selected", "duplicate_selected"]
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("bulk/<slug:code>/", view(require_POST(self.bulk_view)), name="campaigns_campaign_bulk"),
            path("bulk/report/<int:pk>/", view(self.bulk_report), name="campaigns_campaign_bulk_report"),
            *super().get_urls(),
        ]

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSIONS["submit"])

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSIONS["pause"])

    @admin.action(description=gettext_lazy("Submit for review"), permissions=["submit"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        return self._confirm(request, "submit", _ids(queryset))

    @admin.action(description=gettext_lazy("Pause"), permissions=["pause"])
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        return self._confirm(request, "pause", _ids(queryset))

    @admin.action(description=gettext_lazy("Resume"), permissions=["pause"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        return self._confirm(request, "resume", _ids(queryset))

    @admin.action(description=gettext_lazy("Duplicate on other dates"), permissions=["add"])
    def duplicate_selected(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        return self._confirm(request, "duplicate", _ids(queryset))

    def bulk_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do what was confirmed: at once for a few campaigns, by a worker for many."""
        if code not in PERMISSIONS:
            raise Http404
        if not request.user.has_perm(PERMISSIONS[code]):
            raise PermissionDenied
        ids = _sent_ids(request)
        try:
            bulk = _bulk(request, code)
        except Refusal as refusal:
            messages.error(request, say(refusal))
            return self._confirm(request, code, ids)
        if len(ids) > _at_once(code):
            return HttpResponseRedirect(page_of(_ask(request, bulk, ids)))
        outcomes = {pk: act_on(bulk, campaign_id=pk, at=timezone.now()) for pk in ids}
        _tell(request, outcomes)
        return HttpResponseRedirect(reverse("admin:campaigns_campaign_changelist"))

    def bulk_report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a worker has done, and what it has skipped and why."""
        job = get_object_or_404(Job, pk=pk, kind="campaign_bulk", state="done")
        if not request.user.has_perm("campaigns.view_campaign"):
            raise PermissionDenied
        done, skipped = job.result["done"], job.result["skipped"]
        names = _names([*done, *(campaign_id for campaign_id, _why in skipped)])
        rows = [
            (campaign_id, names.get(campaign_id, ""), [say(Refusal(msgid, **figures)) for msgid, figures in why])
            for campaign_id, why in skipped
        ]
        title = f"{ACT_BY_CODE[job.result['act']].label}: {_done_text(len(done))}"
        context = {**self.admin_site.each_context(request), "title": title, "skipped": rows}
        context["done"] = [(campaign_id, names.get(campaign_id, "")) for campaign_id in done]
        return render(request, "campaigns/admin/bulk_report.html", context)

    def _confirm(self, request: HttpRequest, code: str, ids: list[int]) -> HttpResponse:
        act = ACT_BY_CODE[code]
        touched = _touched(request, code, ids[:LISTED])
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "act": act,
            "ids": ",".join(map(str, ids)),
            "count": len(ids),
            "touched": [one for one in touched if not one.why_not],
            "refused": [one for one in touched if one.why_not],
            "more": max(0, len(ids) - LISTED),
            "at_once": _at_once(code),
            "key": request.POST.get("key") or uuid4(),
            "sent": request.POST,
        }
        return render(request, "campaigns/admin/bulk.html", context)


def days_to_first_day(campaign: Campaign, sent: str) -> int:
    """Return by how many days a copy lies later, whose first day was sent; 0 for an empty or unreadable one."""
    try:
        first_day = parse_date(sent.strip())
    except ValueError:
        first_day = None
    latest = campaign.current_revision or campaign.revisions.order_by("number").last()
    return (first_day - timezone.localtime(latest.starts_at).date()).days if first_day else 0


def _at_once(code: str) -> int:
    return HANDED_IN_AT_ONCE if code == "submit" else AT_ONCE


def _ids(queryset: QuerySet[Campaign]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST])


def _sent_ids(request: HttpRequest) -> list[int]:
    """Return the campaigns that were confirmed, those that exist; what is no number is passed over."""
    sent = request.POST.get("campaigns", "").split(",")[:MOST]
    numbers = [int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 19]
    return _ids(Campaign.objects.filter(pk__in=numbers))


def _bulk(request: HttpRequest, code: str) -> Bulk:
    """Return what was confirmed. Raises Refusal for a missing reason or days that are no number."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:1_000]
    if ACT_BY_CODE[code].reason == "needed" and not reason:
        raise Refusal(N_("Say why: the reason is kept in the history."), field="reason")
    days = _days(request.POST.get("days", "")) if code == "duplicate" else 0
    return Bulk(act=code, by_id=request.user.pk, since=timezone.now(), key=key, reason=reason, days=days)


def _days(sent: str) -> int:
    try:
        days = int(sent or 0)
    except ValueError:
        days = FARTHEST_DAYS + 1
    if abs(days) > FARTHEST_DAYS:
        raise Refusal(N_("Give a number of days from −3660 to 3660."), field="days")
    return days


def _ask(request: HttpRequest, bulk: Bulk, ids: list[int]) -> Job:
    params = {"act": bulk.act, "campaigns": ids, "reason": bulk.reason, "days": bulk.days, "key": str(bulk.key)}
    # A second click asks for the same job, as long as the first one is not over.
    subject = f"bulk:{bulk.key}"
    return ask_for("campaign_bulk", params=params, by=request.user, at=bulk.since, subject=subject)


def _tell(request: HttpRequest, outcomes: dict[int, list[Refusal]]) -> None:
    done = [pk for pk, refusals in outcomes.items() if not refusals]
    if done:
        messages.success(request, _done_text(len(done)))
    names = _names(outcomes)
    for pk, refusals in outcomes.items():
        if refusals:
            figures = {"name": names.get(pk, pk), "why": " ".join(map(say, refusals))}
            messages.warning(request, _("“%(name)s” was skipped: %(why)s") % figures)


def _done_text(count: int) -> str:
    return ngettext("Done for %(count)s campaign.", "Done for %(count)s campaigns.", count) % {"count": count}


def _names(ids: Iterable[int]) -> dict[int, str]:
    return {row.campaign_id: row.local_name for row in shown_revisions().filter(campaign__in=list(ids))}


def _touched(request: HttpRequest, code: str, ids: list[int]) -> list[Touched]:
    """Say of each whether the act is possible as things stand; the command decides again.

    Four queries; for a few drafts that are handed in also what each lacks.
    """
    now, names = timezone.now(), _names(ids)
    campaigns = Campaign.objects.filter(pk__in=ids).select_related("current_revision").prefetch_related("revisions")
    found = []
    for campaign in campaigns.order_by("pk"):
        current = campaign.current_revision
        standing = Standing(
            subject=campaign,
            open_revision=next((row for row in campaign.revisions.all() if row.review in OPEN), None),
            user=request.user,
            is_over=current is not None and current.ends_at <= now,
        )
        why_not = _why_not(code, standing)
        if not why_not and code == "submit" and len(ids) <= AT_ONCE:
            why_not = " ".join(say(problem) for problem in problems_of(standing.open_revision, now))
        found.append(Touched(campaign, names[campaign.pk], why_not))
    return found


def _why_not(code: str, standing: Standing) -> str:
    if ACT_BY_CODE[code].possible(standing):
        return ""
    if code == "submit" and standing.awaits(ReviewState.DRAFT):
        return _("Only its author can hand a draft in.")
    if code == "submit":
        return _("There is no draft to hand in.")
    if standing.is_over:
        return _("This is not possible any more: the end of its period has passed.")
    return _("This is not possible now: the state is “%(state)s”.") % {"state": standing.subject.get_state_display()}
