"""The screens of coupon templates."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.budget_page import budget_file, budget_page, purse_rows
from coupons.admin.columns import TONES, awaits_review, badge, latest_of, out_of
from coupons.admin.facts import changes, rule_text, short_validity, template_facts
from coupons.admin.guided_link import guided_url
from coupons.admin.stages import TemplateStageFilter, template_tabs
from coupons.admin.ties import given_out_by, halt_of_template
from coupons.commands.templates import TEMPLATE_REVIEW, create_template, duplicate_template, move_template
from coupons.forms.template_form import TemplateForm, coupon_benefits, explained, template_form_for
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate, CouponTemplateRevision
from coupons.selectors.usage import usage_of
from pricing.engine.registry import LABELS
from pricing.wording import money_text

NAMES = {"amount_off": gettext_lazy("Amount off"), "percent_off": gettext_lazy("Percentage off, with a cap")}
NAMES |= {"free_shipping": gettext_lazy("Free or cheaper shipping")}
HINTS = {
    "amount_off": gettext_lazy("¥10 off from ¥100; once in the order."),
    "percent_off": gettext_lazy("A percentage off, at most ¥50."),
    "spend_tiers": gettext_lazy("The more is spent, the more comes off."),
    "exchange": gettext_lazy("One tea, free, for the coupon."),
    "units_off": gettext_lazy("¥15 off each piece, for at most 2 pieces."),
    "free_shipping": gettext_lazy("The fee is waived, all of it or up to ¥8."),
    "shipping_percent_off": gettext_lazy("Half the fee, at most ¥5."),
    "shipping_price": gettext_lazy("The parcel for ¥1, whatever it costs otherwise."),
}


@admin.register(CouponTemplate)
class CouponTemplateAdmin(ReviewedAdmin):
    review = TEMPLATE_REVIEW
    list_display = ["title", "value", "owner", "lasts", "standing", "issued", "used", "budget_taken"]
    list_display_links = ["title"]
    list_filter = [TemplateStageFilter, "shop"]
    search_fields = ["revisions__name", "revisions__name_zh"]
    search_help_text = gettext_lazy("Search by name")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouponTemplate]:
        in_review = CouponTemplateRevision.objects.filter(template=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        templates = super().get_queryset(request).annotate(has_review=Exists(in_review))
        return templates.select_related("shop", "current_revision", "budget").prefetch_related("revisions")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tabs = template_tabs(self.get_queryset(request), request.GET.get("stage", ""))
        context = {**(extra_context or {}), "stage_tabs": tabs, "guided_url": guided_url(request)}
        return super().changelist_view(request, context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the figures of all rows of the page on them: a constant number of queries."""
        changelist = super().get_changelist_instance(request)
        figures = usage_of([row.pk for row in changelist.result_list], key="template")
        for template in changelist.result_list:
            template.usage = figures[template.pk]
        return changelist

    @admin.display(description=gettext_lazy("coupon"))
    def title(self, template: CouponTemplate) -> str:
        return latest_of(template).local_name

    @admin.display(description=gettext_lazy("value"))
    def value(self, template: CouponTemplate) -> str:
        return rule_text(latest_of(template))

    @admin.display(description=gettext_lazy("owner"), ordering="shop")
    def owner(self, template: CouponTemplate) -> str:
        return template.shop.local_name if template.shop else _("the platform")

    @admin.display(description=gettext_lazy("valid"))
    def lasts(self, template: CouponTemplate) -> str:
        return short_validity(latest_of(template))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, template: CouponTemplate) -> str:
        return badge(state_text(template), TONES.get(ReviewedState(template.state), ""))

    @admin.display(description=gettext_lazy("issued"))
    def issued(self, template: CouponTemplate) -> str:
        return out_of(template.usage.issued, latest_of(template).issue_total)

    @admin.display(description=gettext_lazy("used"))
    def used(self, template: CouponTemplate) -> str:
        return str(template.usage.used)

    @admin.display(description=gettext_lazy("budget"))
    def budget_taken(self, template: CouponTemplate) -> str:
        return budget_text(template)

    # One template

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "coupons_coupontemplate"
        return [
            path("explain/", view(self.explain_view), name=f"{name}_explain"),
            path("<int:pk>/budget/", view(require_safe(self.budget_view)), name=f"{name}_budget"),
            path("<int:pk>/budget.csv", view(require_safe(self.budget_file_view)), name=f"{name}_budget_file"),
            *super().get_urls(),
        ]

    def budget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything that the budget holds, entry by entry."""
        return budget_page(request, self._context(request, title=""), self._seen(request, pk))

    def budget_file_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        return budget_file(self._seen(request, pk))

    def _seen(self, request: HttpRequest, pk: int) -> CouponTemplate:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(CouponTemplate.objects.select_related("shop", "current_revision"), pk=pk)

    def explain_view(self, request: HttpRequest) -> HttpResponse:
        """Say with an example date what the validity typed so far means."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = template_form_for(next(iter(coupon_benefits())))(request.GET)
        form.is_valid()
        return HttpResponse(explained(form.cleaned_data, at=timezone.now()), content_type="text/plain; charset=utf-8")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "kind" in request.GET:
            return super().add_view(request, form_url, extra_context)
        context = {**self._context(request, title=_("What shall the coupon give?")), "cards": kind_cards()}
        return render(request, "campaigns/admin/kinds.html", context)

    def form_for(self, request: HttpRequest, revision: CouponTemplateRevision | None = None) -> TemplateForm:
        code = revision.benefit_code if revision else request.GET.get("kind", "")
        if code not in coupon_benefits():
            raise Http404
        data = request.POST if request.method == "POST" else None
        return template_form_for(code)(data, revision=revision)

    def facts_of(self, revision: CouponTemplateRevision) -> list[Fact]:
        return template_facts(revision)

    def changes_between(self, before: CouponTemplateRevision | None, after: CouponTemplateRevision) -> list[Change]:
        return changes(template_facts, before, after)

    def page_extras(self, standing: Standing, shown: CouponTemplateRevision) -> dict[str, Any]:
        template = standing.subject
        usage = usage_of([template.pk], key="template")[template.pk]
        return {
            "doubts": halt_of_template(template),
            "given_out_by": given_out_by(template, user=standing.user, at=timezone.now()),
            "page_parts": ["coupons/admin/purse.html", "coupons/admin/given_out_by.html"],
            "purse": purse_rows(template),
            "budget_url": reverse("admin:coupons_coupontemplate_budget", args=[template.pk]),
            "figures": {
                "tone": TONES.get(ReviewedState(template.state), ""),
                "state": state_text(template),
                "facts": [
                    (_("issued"), out_of(usage.issued, shown.issue_total)),
                    (_("used"), usage.used),
                    (_("budget"), budget_text(template)),
                ],
            },
        }

    def create(self, request: HttpRequest, form: Any) -> CouponTemplate:
        return create_template(
            content=form.content(),
            shop=form.cleaned_data["shop"],
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
        )

    def commands(self) -> Mapping[str, Command]:
        def duplicate(template_id: int, **who_and_when: Any) -> CouponTemplate:
            return duplicate_template(template_id=template_id, **who_and_when)

        def resume(request: HttpRequest, standing: Standing, reason: str) -> None:
            who_and_when = {"by": request.user, "at": timezone.now()}
            move_template(template_id=standing.subject.pk, move="resume", reason=reason, **who_and_when)

        return {**review_commands(TEMPLATE_REVIEW, duplicate=duplicate), "resume": resume}


def kind_cards() -> list[tuple[str, Any, Any]]:
    """Return what a coupon can give: code, name and an example of each."""
    return [(code, NAMES.get(code) or _(LABELS[code]), HINTS.get(code, "")) for code in coupon_benefits()]


def state_text(subject: Any) -> str:
    """Return the state; a change in review of something in force is said as well."""
    state = subject.get_state_display()
    if subject.current_revision_id and awaits_review(subject):
        return _("%(state)s, change in review") % {"state": state}
    return str(state)


def budget_text(template: CouponTemplate) -> str:
    """Return how much of the budget is reserved or spent."""
    purse = getattr(template, "budget", None)
    if purse is None:
        return "–"
    total = None if purse.total_cents is None else money_text(purse.total_cents)
    return out_of(money_text(purse.used_cents), total)
