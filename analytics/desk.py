"""What finance finds on its desk: the reports, and what was taken from them lately."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import ReportDownload
from analytics.reports import REPORTS
from campaigns.desk import Line, Section

SHOWN = 6


def recent_reports(user: Any, at: datetime) -> Section | None:
    """The reports that this person has downloaded last. One query."""
    if not user.has_perm("analytics.download_report"):
        return None
    taken = list(ReportDownload.objects.filter(by=user).order_by("-pk")[:SHOWN])
    page = reverse("analytics:reports")
    lines = [Line(_title(row.report), page, f"{row.since} – {row.until}", row.at) for row in taken]
    if not lines:
        lines = [Line(str(report.title), page) for report in REPORTS.values()][:SHOWN]
    return Section(_("Reports"), lines, len(taken), gettext_lazy("No report yet."), page, tone="first")


def _title(code: str) -> str:
    return str(REPORTS[code].title) if code in REPORTS else code
