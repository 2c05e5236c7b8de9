"""Named filters above the list of campaigns: each person's own."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from campaigns.commands.saved_views import drop_view, save_view
from campaigns.models import SavedView
from pricing.engine.errors import Refusal
from pricing.wording import say

LIST = "admin:campaigns_campaign_changelist"
KEPT = ("kind", "owner", "author", "since", "until", "sku", "q", "stage")
LONGEST_VALUE = 64


def saved_view_urls(model_admin: Any) -> list[URLPattern]:
    """Return what the campaign screen adds to its routes."""

    def own(page: Any) -> Any:
        """Views belong to who may see the list at all."""

        def act(request: HttpRequest, **said: Any) -> HttpResponse:
            if not model_admin.has_view_permission(request):
                raise PermissionDenied
            return page(request, **said)

        return model_admin.admin_site.admin_view(require_POST(act))

    return [
        path("views/", own(save), name="campaigns_campaign_save_view"),
        path("views/<int:pk>/drop/", own(drop), name="campaigns_campaign_drop_view"),
    ]


def views_shown(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    """Return the person's views as links; `query`: the filters of the page, to mark the one that is looked at."""
    views = SavedView.objects.filter(user=request.user)
    return [{"pk": view.pk, "name": view.name, "query": view.query, "active": view.query == query} for view in views]


def filters_in(pairs: Any) -> str:
    """Return the filters among these pairs as the query of an address, in one order."""
    sent = {name: str(value).replace("\0", "").strip()[:LONGEST_VALUE] for name, value in pairs}
    return urlencode({name: sent[name] for name in KEPT if sent.get(name)})


def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters that the page has sent under the name that was typed."""
    query = filters_in(parse_qsl(request.POST.get("query", "")))
    try:
        save_view(name=request.POST.get("name", "").replace("\0", ""), query=query, by=request.user)
    except Refusal as refusal:
        messages.error(request, say(refusal))
    return HttpResponseRedirect(f"{reverse(LIST)}?{query}")


def drop(request: HttpRequest, pk: int) -> HttpResponse:
    drop_view(view_id=pk, by=request.user)
    return HttpResponseRedirect(reverse(LIST))
