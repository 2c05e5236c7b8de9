"""The conflict report of a campaign: asked for, looked through, downloaded, each price explained by its cart."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.admin.conflict_rows import HEADER, cells_of, overlaps_of, shown_row, untried_of
from campaigns.admin.explained import explained
from campaigns.commands.conflicts import OPEN, ask_for_report, look_at_once, subject_of
from campaigns.conflicts.freshness import standing_of
from campaigns.conflicts.wording import offer_name
from campaigns.forms.conflicts import ConflictFilter
from campaigns.models import Campaign, CampaignRevision, ConflictReport
from campaigns.selectors.conflicts import latest_report, limits_for, rows_beyond
from pricing.csv_text import csv_lines
from pricing.engine.document import parse_document, price_document
from pricing.models import Job
from pricing.wording import plain_percent

ROWS_PER_PAGE = 50
SKUS_AT_ONCE, SHOWN_AT_ONCE = 20, 3  # what is looked at, and told, when a draft is saved
PERMISSION_TO_ASK = ("campaigns.change_campaign", "campaigns.approve_campaign")


class ConflictViews:
    """Mixed into the admin of campaigns."""

    def get_urls(self) -> list[URLPattern]:
        view, safe, name = self.admin_site.admin_view, require_safe, "campaigns_campaign_conflict"
        return [
            path("<int:pk>/conflicts/", view(safe(self.conflicts)), name=f"{name}s"),
            path("<int:pk>/conflicts/look/", view(require_POST(self.look_for_conflicts)), name=f"{name}s_look"),
            path("<int:pk>/conflicts/file/", view(safe(self.conflicts_file)), name=f"{name}s_file"),
            path("<int:pk>/conflicts/<int:row>/", view(safe(self.conflict)), name=name),
            path("<int:pk>/conflicts/<int:row>/cart.json", view(safe(self.conflict_cart)), name=f"{name}_cart"),
            *super().get_urls(),
        ]

    def _after_save(self, request: HttpRequest, subject: Campaign) -> HttpResponse:
        """What few SKUs together with other offers come to is said with the draft's first page."""
        tell_at_once(request, subject)
        return super()._after_save(request, subject)

    def conflicts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The report on the open revision, else on the last one that has a report; the worst first."""
        campaign, revision = self._reported(request, pk)
        context = self._context(request, title=_("Conflicts of %(campaign)s") % {"campaign": campaign})
        context |= {"campaign": campaign, "revision": revision, "may_ask": _may_ask(request, revision)}
        context |= _job_context(request, revision)
        if revision:
            context |= _report_context(request, revision)
        return render(request, "campaigns/admin/conflicts.html", context)

    def look_for_conflicts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a new report; the page then shows how far it is."""
        campaign, revision = self._reported(request, pk)
        if not _may_ask(request, revision):
            raise PermissionDenied
        ask_for_report(revision_id=revision.pk, by=request.user, at=timezone.now())
        return HttpResponseRedirect(conflicts_url(campaign.pk))

    def conflicts_file(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """What the page shows, all of it, as CSV."""
        _, revision = self._reported(request, pk)
        report = latest_report(revision) if revision else None
        if report is None:
            raise Http404
        rows = ConflictFilter(request.GET or None).rows(report, limits_for(revision))
        lines = csv_lines(map(str, HEADER), (cells_of(row, report) for row in rows.iterator(500)))
        named = {"Content-Disposition": f'attachment; filename="conflicts-{pk}.csv"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)

    def conflict(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """One price, explained step by step: the engine is asked again, with the document of the witness."""
        report, found = self._row(request, pk, row)
        document = parse_document(found.document)
        context = {
            **self._context(request, title=str(found.sku)),
            "row": shown_row(found, report),
            "cart_url": reverse("admin:campaigns_campaign_conflict_cart", args=[pk, row]),
            "back_url": conflicts_url(pk),
            **explained(document, price_document(document), lambda offer: offer_name(report, offer)),
        }
        return render(request, "campaigns/admin/conflict.html", context)

    def conflict_cart(self, request: HttpRequest, pk: int, row: int) -> JsonResponse:
        """The document that `python -m pricing.engine` prices."""
        _, found = self._row(request, pk, row)
        response = JsonResponse(found.document, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="cart-{found.pk}.json"'
        return response

    def _reported(self, request: HttpRequest, pk: int) -> tuple[Campaign, CampaignRevision | None]:
        campaign = get_object_or_404(Campaign.objects.select_related("current_revision", "shop"), pk=pk)
        if not self.has_view_permission(request, campaign):
            raise PermissionDenied
        revisions = campaign.revisions.select_related("campaign__shop").order_by("-number")
        opened = revisions.filter(review__in=OPEN).first()
        return campaign, opened or revisions.filter(conflict_reports__finished_at__isnull=False).first()

    def _row(self, request: HttpRequest, pk: int, row: int) -> tuple[ConflictReport, Any]:
        _, revision = self._reported(request, pk)
        report = latest_report(revision) if revision else None
        if report is None:
            raise Http404
        return report, get_object_or_404(report.rows.select_related("sku__product"), pk=row)


def tell_at_once(request: HttpRequest, campaign: Campaign) -> None:
    """Warn of the prices of a saved draft that go beyond the limits, where it takes few SKUs."""
    draft = campaign.revisions.filter(review__in=OPEN).order_by("-number").first()
    if draft and look_at_once(revision_id=draft.pk, most_skus=SKUS_AT_ONCE, at=timezone.now()):
        report = latest_report(draft)
        rows = rows_beyond(report, limits_for(draft)).select_related("sku__product")[:SHOWN_AT_ONCE] if report else []
        for row in rows:
            shown = shown_row(row, report)
            messages.warning(request, f"{shown.code}: {'; '.join([shown.sentence, *shown.warnings])}")


def conflicts_url(campaign_id: int) -> str:
    """Return the address of the report of a campaign."""
    return reverse("admin:campaigns_campaign_conflicts", args=[campaign_id])


def conflict_notes(revision: CampaignRevision | None) -> dict[str, Any]:
    """Return what the page of a campaign says about its report."""
    if revision is None:
        return {}
    standing, limits = standing_of(revision, at=timezone.now()), limits_for(revision)
    found = {"conflict_standing": standing, "conflict_age": _(standing.age.value)}
    if standing.report:
        found |= {"conflict_report": standing.report, "conflicts_beyond": rows_beyond(standing.report, limits).count()}
    return found


def _may_ask(request: HttpRequest, revision: CampaignRevision | None) -> bool:
    may = any(request.user.has_perm(permission) for permission in PERMISSION_TO_ASK)
    return may and revision is not None and revision.review in OPEN


def _job_context(request: HttpRequest, revision: CampaignRevision | None) -> dict[str, Any]:
    """Return the job that makes the report, or the last one if it failed."""
    if revision is None:
        return {}
    job = Job.objects.filter(kind="conflict_report", subject=subject_of(revision)).select_related("by").first()
    return {"job": job} if job and (job.is_active or job.problem) else {}


def _report_context(request: HttpRequest, revision: CampaignRevision) -> dict[str, Any]:
    standing, limits = standing_of(revision, at=timezone.now()), limits_for(revision)
    context: dict[str, Any] = {"standing": standing, "age": _(standing.age.value), "limits": _limit_texts(limits)}
    report = standing.report
    if report is None:
        return context
    form = ConflictFilter(request.GET or None)
    page = Paginator(form.rows(report, limits), ROWS_PER_PAGE).get_page(request.GET.get("p"))
    kept = {name: value for name, value in request.GET.items() if name != "p" and value}
    return context | {
        "report": report,
        "beyond": rows_beyond(report, limits).count(),
        "form": form,
        "page": page,
        "rows": [shown_row(row, report) for row in page],
        "overlaps": list(overlaps_of(report)),
        "untried": untried_of(report),
        "deepest": f"{plain_percent(max(0, report.deepest_off_bp))} %",
        "query": urlencode(kept),
        "file_url": reverse("admin:campaigns_campaign_conflicts_file", args=[revision.campaign_id]),
    }


def _limit_texts(limits: Any) -> dict[str, str]:
    margin = "" if limits.least_margin_bp is None else f"{plain_percent(limits.least_margin_bp)} %"
    return {"deepest": f"{plain_percent(limits.deepest_off_bp)} %", "margin": margin}
