"""The stock cover beside the campaign form, live as one types."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from campaigns.selectors.cover import cover_if_any


class CoverViews:
    """Mixed into the admin of campaigns, beside SummaryViews, which knows how to sketch."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.cover_view))
        return [path("cover/", view, name="campaigns_campaign_cover"), *super().get_urls()]

    def cover_view(self, request: HttpRequest) -> HttpResponse:
        """Say whether the goods last for what the form in the request says. Writes nothing."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        _form, revision = self.sketched(request)
        return render(request, "campaigns/admin/cover.html", {"cover": cover_if_any(revision)})
