"""Stops and withdrawals: the list of what was asked for and done, and the page where a second person decides."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from campaigns.commands.interventions import agree, call_back, refuse
from campaigns.forms.intervening import LONGEST_REASON
from campaigns.models import Deed, Intervention, Outcome
from campaigns.selectors.interventions import skus_still_in, touched
from pricing.engine.errors import Refusal
from pricing.models import Sku
from pricing.wording import say

TONES = {Outcome.WAITING: "review", Outcome.CARRIED_OUT: "warn", Outcome.CONFIRMED: "warn"}
SHOWN_SKUS = 50


@admin.register(Intervention)
class InterventionAdmin(ModelAdmin):
    list_display = ["title", "subject", "standing", "asked", "decided", "reason", "carts"]
    list_display_links = ["title"]
    list_filter = ["outcome", "deed", "at_once"]
    search_fields = ["campaign__revisions__name", "campaign__revisions__name_zh", "reason", "skus__sku__code"]
    search_help_text = gettext_lazy("Search by campaign, reason or SKU")
    ordering = ["-pk"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intervention]:
        found = super().get_queryset(request).prefetch_related("skus__sku")
        return found.select_related("campaign__current_revision", "asked_by", "decided_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # The list

    @admin.display(description=gettext_lazy("what"))
    def title(self, row: Intervention) -> str:
        return _("%(deed)s, at once") % {"deed": row.get_deed_display()} if row.at_once else row.get_deed_display()

    @admin.display(description=gettext_lazy("campaign"))
    def subject(self, row: Intervention) -> str:
        url = reverse("admin:campaigns_campaign_change", args=[row.campaign_id])
        return format_html('<a href="{}">{}</a>', url, row.campaign)

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def standing(self, row: Intervention) -> str:
        return format_html(
            '<span class="promo-state {}">{}</span>', TONES.get(Outcome(row.outcome), ""), row.get_outcome_display()
        )

    @admin.display(description=gettext_lazy("asked for"), ordering="asked_at")
    def asked(self, row: Intervention) -> str:
        return _who_and_when(row.asked_by or _("the loss guard"), row.asked_at)

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, row: Intervention) -> str:
        return _who_and_when(row.decided_by, row.decided_at) if row.decided_at else "–"

    # One of them

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        return [path("<int:pk>/decide/", view, name="campaigns_intervention_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what was asked for or done, whom it touches now, and the buttons for those who may decide."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        skus = Sku.objects.filter(pk__in=row.skus.values("sku")).select_related("product").order_by("code")
        among = skus if skus.exists() else skus_still_in(row.campaign.current_revision)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{self.title(row)}: {row.campaign}",
            "row": row,
            "skus": skus[:SHOWN_SKUS],
            "touched": touched(row.campaign, among),
            "may_decide": row.is_waiting and _may_decide(request, row),
            "may_call_back": row.is_waiting and not row.at_once and row.asked_by_id == request.user.pk,
            "undo": Deed(row.deed).label,
        }
        return render(request, "campaigns/admin/intervention.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Agree, refuse or call back, as the button says."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        needed = "pause" if "_call_back" in request.POST else "approve"
        if not request.user.has_perm(f"campaigns.{needed}_campaign"):
            raise PermissionDenied
        remark = request.POST.get("remark", "").replace("\0", "").strip()[:LONGEST_REASON]
        step = {"intervention_id": row.pk, "by": request.user, "at": timezone.now()}
        try:
            if "_call_back" in request.POST:
                call_back(**step)
            elif "_agree" in request.POST:
                agree(**step, remark=remark)
            elif "_refuse" in request.POST:
                refuse(**step, remark=remark)
        except Refusal as refusal:
            messages.error(request, say(refusal))
            return HttpResponseRedirect(reverse("admin:campaigns_intervention_change", args=[row.pk]))
        row.refresh_from_db()
        messages.success(request, f"{row.get_deed_display()}: {row.get_outcome_display()}.")
        return HttpResponseRedirect(reverse("admin:campaigns_campaign_change", args=[row.campaign_id]))


def _may_decide(request: HttpRequest, row: Intervention) -> bool:
    return request.user.has_perm("campaigns.approve_campaign") and row.asked_by_id != request.user.pk


def _who_and_when(who: Any, when: Any) -> str:
    return format_html(
        '<span class="promo-nowrap">{}<br>{}</span>', str(who), timezone.localtime(when).strftime("%Y-%m-%d %H:%M:%S")
    )
