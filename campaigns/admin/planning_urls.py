"""The addresses of the pages about all campaigns together."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.admin.load import load
from campaigns.admin.period import beside_period
from campaigns.admin.recipes import recipe_set
from campaigns.admin.results import results, running
from campaigns.admin.saved_views import saved_view_urls
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

    def framed_form(page: Callable[..., HttpResponse]) -> Any:
        """The same for a page that is also posted to, with what its address says."""

        def show(request: HttpRequest, **said: Any) -> HttpResponse:
            frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
            return page(request, frame, **said)

        return view(require_http_methods(["GET", "HEAD", "POST"])(show))

    def framed_page(page: Callable[..., HttpResponse]) -> Any:
        """The same for a page about one thing that is only looked at."""

        def show(request: HttpRequest, **said: Any) -> HttpResponse:
            frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
            return page(request, frame, **said)

        return view(require_safe(show))

    return [
        path("recipes/<slug:code>/", framed_form(recipe_set), name="campaigns_campaign_recipe_set"),
        path("running/", framed(running), name="campaigns_campaign_running"),
        path("<int:pk>/results/", framed_page(results), name="campaigns_campaign_results"),
        path("timeline/", framed(timeline), name="campaigns_campaign_timeline"),
        path("load/", framed(load), name="campaigns_campaign_load"),
        path("beside-period/", framed(beside_period), name="campaigns_campaign_beside_period"),
        *saved_view_urls(model_admin),
        path("<int:pk>/move/", view(require_POST(move)), name="campaigns_campaign_move"),
    ]
