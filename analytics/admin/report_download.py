"""Who took which report, and the way to the reports themselves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from analytics.models import ReportDownload


@admin.register(ReportDownload)
class ReportDownloadAdmin(ModelAdmin):
    list_display = ["report", "since", "until", "by", "at"]
    list_filter = ["report"]
    list_per_page = 50
    list_select_related = ["by"]
    actions_list = ["go_to_reports"]

    @action(description=_("Download reports"), permissions=["download"], icon="download")
    def go_to_reports(self, request: HttpRequest) -> HttpResponse:
        return redirect("analytics:reports")

    def has_download_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("analytics.download_report")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
