"""The audit trail as a list to search: who did or tried what, when, why, and what it was before and after."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from campaigns.admin.audit_file import audit_file
from campaigns.admin.audit_wording import changes_shown, move_name
from campaigns.commands.review import REVIEWS
from campaigns.lifecycle import CampaignState
from campaigns.models import AuditEntry, AuditOutcome
from pricing.engine.messages import Message
from pricing.wording import say

TONES = {AuditOutcome.REFUSED: "warn", AuditOutcome.FORBIDDEN: "bad"}


@admin.register(AuditEntry)
class AuditEntryAdmin(ModelAdmin):
    """Nobody adds, changes or deletes here; the database would refuse it, too."""

    list_display = ["at", "person", "thing", "what", "standing", "states", "why"]
    list_display_links = None
    list_filter = ["outcome", "kind", "by"]
    search_fields = ["by__username", "reason", "act", "route"]
    search_help_text = _("Search by person, name of the campaign or coupon, or words of the reason")
    date_hierarchy = "at"
    list_per_page = 50
    list_select_related = ["by"]
    show_full_result_count = False
    list_before_template = "campaigns/admin/audit_bar.html"

    def get_urls(self) -> list[URLPattern]:
        see = self.admin_site.admin_view
        return [path("trail.csv", see(require_safe(self.file)), name="campaigns_auditentry_file"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return super().changelist_view(request, {**(extra_context or {}), "file_query": query})

    def file(self, request: HttpRequest) -> HttpResponse:
        """Give what the list shows with the filters of the address, all pages of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return audit_file(super().get_changelist_instance(request).queryset.select_related("by"))
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:campaigns_auditentry_changelist"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Look for names of things, too."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            found = found | queryset.filter(_about(search_term.strip()))
        return found, doubled

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the names of all things of the page on its rows: one query for each kind."""
        changelist = super().get_changelist_instance(request)
        names = _names_of(changelist.result_list)
        for entry in changelist.result_list:
            entry.thing_name = names.get((entry.kind, entry.object_id), "")
        return changelist

    @admin.display(description=_("who"))
    def person(self, entry: AuditEntry) -> str:
        return str(entry.by or _("the clock"))

    @admin.display(description=_("thing"))
    def thing(self, entry: AuditEntry) -> str:
        if entry.object_id is None:
            return entry.route
        kind = apps.get_model(entry.kind)._meta.verbose_name if entry.kind else ""
        name = getattr(entry, "thing_name", "") or f"{kind} {entry.object_id}"
        try:
            address = reverse(f"admin:{entry.kind.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', address, name)

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        rows = [format_html("<li>{}: <s>{}</s> → {}</li>", *map(_short, row)) for row in changes_shown(entry)]
        listed = format_html('<ul class="promo-changed">{}</ul>', _joined(rows)) if rows else ""
        return format_html("{}{}", move_name(entry.act), listed)

    @admin.display(description=_("outcome"), ordering="outcome")
    def standing(self, entry: AuditEntry) -> str:
        tone = TONES.get(AuditOutcome(entry.outcome), "good")
        return format_html('<span class="promo-state {}">{}</span>', tone, entry.get_outcome_display())

    @admin.display(description=_("before → after"))
    def states(self, entry: AuditEntry) -> str:
        states = _states_of(entry.kind)
        return " → ".join(
            str(states.get(state, state)) for state in dict.fromkeys([entry.before, entry.after]) if state
        )

    @admin.display(description=_("why"))
    def why(self, entry: AuditEntry) -> str:
        said = say(Message(entry.msgid, entry.figures)) if entry.msgid else ""
        return " · ".join(filter(None, [entry.reason, said]))


def _states_of(kind: str) -> dict[str, Any]:
    """Return what the states of a kind of thing are called."""
    fields = {field.name: field for field in apps.get_model(kind)._meta.concrete_fields} if kind else {}
    return dict(CampaignState.choices) | dict(getattr(fields.get("state"), "choices", None) or ())


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:159]}…"


def _joined(rows: list[Any]) -> Any:
    return format_html("{}" * len(rows), *rows)


def _about(words: str) -> Q:
    """Return what selects the entries about things of this name."""
    found = Q(pk__in=[])
    for kind, review in REVIEWS.items():
        named = review.tables.revisions._default_manager.filter(Q(name__icontains=words) | Q(name_zh__icontains=words))
        found |= Q(kind=kind, object_id__in=named.values(f"{review.tables.subject}_id"))
    return found


def _names_of(entries: Any) -> dict[tuple[str, int], str]:
    """Return the names of the reviewed things of these entries, as their latest revision calls them."""
    names = {}
    for kind, review in REVIEWS.items():
        ids = {entry.object_id for entry in entries if entry.kind == kind}
        if not ids:
            continue
        revisions = review.tables.revisions._default_manager.filter(**{f"{review.tables.subject}__in": ids})
        for revision in revisions.order_by("number").only("name", "name_zh", review.tables.subject):
            names[kind, getattr(revision, f"{review.tables.subject}_id")] = revision.local_name
    return names
