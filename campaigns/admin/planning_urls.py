"""The addresses of the pages about all campaigns together."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from campaigns.admin.load import load
from campaigns.admin.timeline import move, timeline

Page = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


def planning_urls(model_admin: Any) -> list[URLPattern]:
    """Return what the campaign screen adds to its routes."""
    view = model_admin.admin_site.admin_view

    def framed(page: Page) -> Any:
        """Give the page the frame of the back office."""

        def show(request: HttpRequest) -> HttpResponse:
            return page(request, {**model_admin.admin_site.each_context(request), "opts": model_admin.opts})

        return view(require_safe(show))

    return [
        path("timeline/", framed(timeline), name="campaigns_campaign_timeline"),
        path("load/", framed(load), name="campaigns_campaign_load"),
        path("<int:pk>/move/", view(require_POST(move)), name="campaigns_campaign_move"),
    ]
