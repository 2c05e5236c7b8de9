"""The calendar of festivals and own dates."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.commands.festivals import add_usual_festivals
from campaigns.festivals import YEARS
from campaigns.models import Festival
from pricing.engine.errors import Refusal
from pricing.wording import say

LIST = "admin:campaigns_festival_changelist"


@admin.register(Festival)
class FestivalAdmin(ModelAdmin):
    list_display = ["local_name", "starts_on", "ends_on", "peak_requests", "peak_orders", "notes"]
    list_filter = ["starts_on"]
    search_fields = ["name", "name_zh", "notes"]
    list_per_page = 100
    list_before_template = "campaigns/admin/festivals.html"
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}
    fields = [("name", "name_zh"), ("starts_on", "ends_on"), ("peak_requests", "peak_orders"), "notes"]

    @admin.display(description=_("name"), ordering="name")
    def local_name(self, festival: Festival) -> str:
        return festival.local_name

    def get_urls(self) -> list[URLPattern]:
        add_usual = self.admin_site.admin_view(require_POST(self.add_usual))
        return [path("usual/", add_usual, name="campaigns_festival_usual"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        this_year = timezone.localdate().year
        years = {"years": YEARS, "coming_year": min(max(this_year + 1, YEARS[0]), YEARS[-1])}
        return super().changelist_view(
            request, {**(extra_context or {}), **years, "may_add": self.has_add_permission(request)}
        )

    def add_usual(self, request: HttpRequest) -> HttpResponse:
        """Add the usual festivals of the year that was sent."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.POST.get("year", "")
        try:
            added = add_usual_festivals(year=int(sent) if sent.isascii() and sent.isdigit() else 0)
        except Refusal as refusal:
            messages.error(request, say(refusal))
        else:
            text = ngettext("%(count)s festival was added.", "%(count)s festivals were added.", added)
            messages.success(request, text % {"count": added})
        return HttpResponseRedirect(reverse(LIST))
