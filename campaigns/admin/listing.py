"""The list of campaigns: the bar of filters above it, what it remembers, and finding by name, number or SKU."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.saved_views import filters_in, views_shown
from campaigns.admin.stages import stage_tabs
from campaigns.forms.inputs import EARLIEST, LATEST
from campaigns.forms.rule_fields import campaign_benefits
from campaigns.models import Campaign
from campaigns.selectors.listing import PLATFORM, Narrowed, found_by, narrowed
from pricing.engine.registry import LABELS
from pricing.models import Shop

NAMES = ("kind", "owner", "author", "since", "until", "sku")
REMEMBERED = "campaign list"
FORGET = "forget"
FORGOTTEN = {FORGET, "p", "e", "all"}  # what belongs to one look, not to the habit


class BarFilter(admin.ListFilter):
    """Takes the parameters of the bar, so that the list knows them; the bar itself stands above the list."""

    title = gettext_lazy("bar above the list")

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in (*NAMES, FORGET):
            params.pop(name, None)

    def has_output(self) -> bool:
        return False


class ListedCampaigns:
    """What the screen of campaigns adds to its list."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        campaigns = super().get_queryset(request)
        asked = getattr(request, "narrowed_to", None)
        return narrowed(campaigns, asked) if asked else campaigns

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Campaign], search_term: str
    ) -> tuple[QuerySet[Campaign], bool]:
        return found_by(queryset, search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET" and (elsewhere := _remembered(request)) is not None:
            return HttpResponseRedirect(f"{request.path}{elsewhere}")
        sent = {name: request.GET.get(name, "").replace("\0", "").strip() for name in NAMES}
        request.narrowed_to = _asked(sent)
        kept = {name: value for name, value in sent.items() if value}
        if typed := request.GET.get("q", ""):
            kept["q"] = typed
        stage = request.GET.get("stage", "")
        tabs = stage_tabs(self.get_queryset(request), stage, at=timezone.now())
        for tab in tabs:
            tab["query"] = "?" + urlencode(kept | tab["chosen"]) if kept or tab["chosen"] else f"?{FORGET}=1"
        bar = {"sent": sent, "kept": kept, "choices": _choices(), "stage": stage, "forget": f"?{FORGET}=1"}
        bar["query"] = filters_in((kept | {"stage": stage}).items())
        bar["views"] = views_shown(request, bar["query"])
        return super().changelist_view(request, {**(extra_context or {}), "stage_tabs": tabs, "bar": bar})


def _remembered(request: HttpRequest) -> str | None:
    """Return where to go instead: to the filters of last time; and remember those of this time."""
    if FORGET in request.GET:
        request.session.pop(REMEMBERED, None)
        return "" if len(request.GET) == 1 else None
    if not request.GET:
        query = request.session.get(REMEMBERED)
        return f"?{query}" if query else None
    habit = {name: value for name, value in request.GET.items() if name not in FORGOTTEN and value}
    if request.session.get(REMEMBERED, "") != urlencode(habit):
        request.session[REMEMBERED] = urlencode(habit)
    return None


def _asked(sent: Mapping[str, str]) -> Narrowed:
    """Return what the list is narrowed to; what cannot be meant is passed over."""
    owner, author = sent["owner"], sent["author"]
    since, until = _midnight(sent["since"]), _midnight(sent["until"])
    return Narrowed(
        kind=sent["kind"] if sent["kind"] in LABELS else "",
        owner=owner if owner == PLATFORM or _is_id(owner) else "",
        author=int(author) if _is_id(author) else None,
        since=since,
        until=until + timedelta(days=1) if until else None,
        sku=sent["sku"][:64],
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _midnight(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not EARLIEST.year < day.year < LATEST.year:
        return None
    return timezone.make_aware(datetime.combine(day, time()))


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in the bar. Two queries."""
    authors = get_user_model().objects.filter(pk__in=Campaign.objects.values("created_by")).order_by("username")
    return {
        "kind": [(code, _(LABELS[code])) for code in campaign_benefits()],
        "owner": [(PLATFORM, _("the platform")), *((str(shop.pk), shop.local_name) for shop in Shop.objects.all())],
        "author": [(str(user.pk), str(user)) for user in authors],
    }
