"""The page from which finance takes reports, and the files themselves: read-only, streamed."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.forms import PeriodForm
from analytics.models import ReportDownload
from analytics.reports import REPORTS, Report
from pricing.csv_text import csv_lines

PERMISSION = "analytics.download_report"
LINES_PER_PACKET = 500


@require_safe
@admin.site.admin_view
@permission_required(PERMISSION, raise_exception=True)
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports with their columns, and a period to choose."""
    return _page(request, None, PeriodForm(initial=_this_month()))


@require_safe
@admin.site.admin_view
@permission_required(PERMISSION, raise_exception=True)
def download(request: HttpRequest, code: str) -> HttpResponseBase:
    """Stream one report, or show the page again with what is wrong about the period."""
    report = REPORTS.get(code)
    if report is None:
        raise Http404
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _page(request, report, form)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    ReportDownload.objects.create(report=code, since=since, until=until, by=request.user, at=timezone.now())
    rows = report().rows(since=since, until=until, imported=form.cleaned_data["imported"])
    lines = csv_lines([column.name for column in report.columns], rows)
    return StreamingHttpResponse(
        _packets(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{code}_{since}_{until}.csv"'},
    )


def _page(request: HttpRequest, wrong: type[Report] | None, form: PeriodForm) -> HttpResponse:
    """Show every report with its own form; the one that was filled in wrongly keeps its errors."""
    offered = [
        {"report": report, "form": form if report is wrong else PeriodForm(initial=_this_month(), prefix=None)}
        for report in REPORTS.values()
    ]
    context = {**admin.site.each_context(request), "title": gettext("Reports"), "offered": offered}
    return render(request, "analytics/reports.html", context, status=400 if wrong else 200)


def _this_month() -> dict[str, date]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return {"since": today.replace(day=1), "until": today}


def _packets(lines: Iterable[str]) -> Iterator[str]:
    """Join lines, so that a server does not send each one by itself."""
    source = iter(lines)
    while packet := "".join(islice(source, LINES_PER_PACKET)):
        yield packet
