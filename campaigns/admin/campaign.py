"""The screens of campaigns."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.admin.acts import Standing
from campaigns.admin.audience_shown import audience_shown
from campaigns.admin.bulk import BulkActs, days_to_first_day
from campaigns.admin.conflicts import ConflictViews, conflict_notes
from campaigns.admin.cover import CoverViews
from campaigns.admin.facts import Change, Fact, changes_between, facts_of, risk_shown
from campaigns.admin.figures import Figures, figures_of
from campaigns.admin.intervening import CAMPAIGN_ACT_BY_CODE, CAMPAIGN_ACTS, Intervening
from campaigns.admin.listing import BarFilter, ListedCampaigns
from campaigns.admin.planning_urls import planning_urls
from campaigns.admin.reach import reach_shown
from campaigns.admin.recipes import initial_from_recipe, starting_cards, with_recipe
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.admin.sku_list import SkuListViews, sku_list_url
from campaigns.admin.sku_table import SkuTableViews
from campaigns.admin.stages import StageFilter
from campaigns.admin.summaries import SummaryViews
from campaigns.commands import drafting
from campaigns.commands.campaigns import CAMPAIGN_REVIEW, approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.copying import duplicate_campaign
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.figures_in_names import doubtful_figures
from campaigns.forms.campaign_form import campaign_form_for
from campaigns.forms.rule_fields import campaign_benefits
from campaigns.forms.sku_table import kept_list
from campaigns.models import Campaign, CampaignRevision, Deed, ReviewState
from campaigns.selectors.cover import cover_if_any
from campaigns.selectors.interventions import waiting_interventions, withdrawn_skus
from campaigns.selectors.phases import phase_of_campaign
from pricing.engine.errors import Refusal
from pricing.engine.registry import LABELS
from pricing.wording import say

HINTS = {
    "spend_tiers": gettext_lazy("From ¥300 on ¥50 off, from ¥500 on ¥100 off; for the whole order."),
    "percent_off": gettext_lazy("Chosen SKUs at a percentage off; the shopper sees the reduced price on the tag."),
    "sku_prices": gettext_lazy("Each SKU at its own activity price, with its own stock and limit per shopper."),
    "amount_off": gettext_lazy("¥20 off each unit of the chosen SKUs, or once off the order."),
    "fixed_price": gettext_lazy("The chosen SKUs at one set price, each or all together."),
    "bulk_unit_price": gettext_lazy("From 10 pieces on ¥17 each instead of ¥20, for all of them."),
    "graduated_unit_price": gettext_lazy("The first pieces at list price, from the 11th on ¥17 each."),
    "units_off": gettext_lazy("¥15 off each piece, for at most 2 pieces."),
    "sku_amount_off": gettext_lazy("¥10 off each product, once, however many pieces."),
    "free_shipping": gettext_lazy("The shipping fee is taken over, all of it or a part."),
    "shipping_percent_off": gettext_lazy("Shipping at half the fee."),
    "shipping_price": gettext_lazy("Shipping for ¥6, however many shops send."),
    "buy_get": gettext_lazy("Buy three, get one free, of the same or of other goods."),
    "bundle_price": gettext_lazy("Two teas and one cup together for ¥99."),
    "any_n_off": gettext_lazy("¥20 off any three of the chosen products."),
    "any_n_for_price": gettext_lazy("Any three of the chosen products for ¥99."),
    "nth_unit_off": gettext_lazy("The second piece at half price."),
    "gift": gettext_lazy("A mug with three teas, or a tote from ¥300 on; the shopper may choose."),
    "reward": gettext_lazy("From ¥300 on a coupon for the next order, sent once this one is paid."),
}
NAMES = {
    "spend_tiers": gettext_lazy("Threshold reduction with tiers"),
    "percent_off": gettext_lazy("Percentage off chosen SKUs"),
    "sku_prices": gettext_lazy("Flash sale: a set price for each SKU"),
}


@admin.register(Campaign)
class CampaignAdmin(
    ListedCampaigns,
    BulkActs,
    SkuListViews,
    SkuTableViews,
    CoverViews,
    SummaryViews,
    Intervening,
    ConflictViews,
    ReviewedAdmin,
):
    review = CAMPAIGN_REVIEW
    acts = CAMPAIGN_ACTS
    list_display = ["title", "kind", "owner", "period", "standing", "usage", "spend", "author"]
    list_display_links = ["title"]
    list_filter = [StageFilter, BarFilter]
    search_fields = ["revisions__name"]  # where there is something to search; found_by says what is looked at
    search_help_text = gettext_lazy("Search by name, number or SKU")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        return [*planning_urls(self), *super().get_urls()]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        in_review = CampaignRevision.objects.filter(campaign=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        campaigns = super().get_queryset(request).annotate(has_review=Exists(in_review))
        return campaigns.select_related("shop", "current_revision", "created_by").prefetch_related("revisions")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the figures of all rows of the page on them: a constant number of queries."""
        changelist = super().get_changelist_instance(request)
        figures = figures_of(list(changelist.result_list), at=timezone.now())
        for campaign in changelist.result_list:
            campaign.figures = figures[campaign.pk]
        return changelist

    @admin.display(description=gettext_lazy("campaign"))
    def title(self, campaign: Campaign) -> str:
        return _figures(campaign).revision.local_name

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, campaign: Campaign) -> str:
        return str(_kind_name(_figures(campaign).revision.benefit_code))

    @admin.display(description=gettext_lazy("owner"), ordering="shop")
    def owner(self, campaign: Campaign) -> str:
        owner = campaign.shop.local_name if campaign.shop else _("the platform")
        return format_html('<span class="promo-nowrap">{}</span>', owner)

    @admin.display(description=gettext_lazy("period"), ordering="current_revision__starts_at")
    def period(self, campaign: Campaign) -> str:
        return format_html('<span class="promo-nowrap">{}<br>{}</span>', *_figures(campaign).period)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, campaign: Campaign) -> str:
        figures = _figures(campaign)
        return format_html('<span class="promo-state {}">{}</span>', figures.tone, figures.state)

    @admin.display(description=gettext_lazy("used"))
    def usage(self, campaign: Campaign) -> str:
        return _figures(campaign).usage

    @admin.display(description=gettext_lazy("spent"))
    def spend(self, campaign: Campaign) -> str:
        return _figures(campaign).spend

    @admin.display(description=gettext_lazy("author"))
    def author(self, campaign: Campaign) -> str:
        return str(campaign.created_by)

    # One campaign

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "kind" in request.GET:
            return super().add_view(request, form_url, extra_context)
        cards = [(code, _kind_name(code), HINTS.get(code, "")) for code in campaign_benefits()]
        context = {**self._context(request, title=_("What shall the campaign do?")), "cards": cards}
        return render(request, "campaigns/admin/kinds.html", context | starting_cards())

    def form_for(self, request: HttpRequest, revision: CampaignRevision | None = None) -> forms.Form:
        code = revision.benefit_code if revision else request.GET.get("kind", "")
        if code not in campaign_benefits():
            raise Http404
        data = request.POST if request.method == "POST" else None
        initial = {} if revision else initial_from_recipe(request)
        return campaign_form_for(code)(data, revision=revision, initial=initial)

    def kept_apart(self, revision: CampaignRevision) -> set[str]:
        return {"skus"} if kept_list(revision) else set()

    def facts_of(self, revision: CampaignRevision) -> list[Fact]:
        return facts_of(revision)

    def changes_between(self, before: CampaignRevision | None, after: CampaignRevision) -> list[Change]:
        return changes_between(before, after)

    def page_extras(self, standing: Standing, shown: CampaignRevision) -> dict[str, Any]:
        figures = figures_of([standing.subject], at=timezone.now())[standing.subject.pk]
        extras = {
            **reach_shown(standing.subject),
            **audience_shown(shown, shop=shown.campaign.shop, at=timezone.now()),
            "figures": figures,
            "phase": phase_of_campaign(standing.subject, at=timezone.now()),
            "interventions": waiting_interventions().filter(campaign=standing.subject),
            "withdrawn": withdrawn_skus(standing.subject),
            "has_figures": standing.subject.current_revision_id is not None,
            "sample_query": f"revision={shown.pk}" if standing.open_revision else "",
            "sku_list_url": sku_list_url(standing.subject.pk),
            "doubts": [say(doubt) for doubt in doubtful_figures(shown)],
            "cover": cover_if_any(shown),
            **conflict_notes(standing.open_revision),
        }
        # A rule that cannot be loaded has no risk to show; it is among the problems on the page.
        with suppress(Refusal):
            if standing.open_revision:
                extras |= risk_shown(standing.open_revision)
        return extras

    def create(self, request: HttpRequest, form: Any) -> Campaign:
        return drafting.create_campaign(
            content=with_recipe(request, form),
            shop=form.cleaned_data["shop"],
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
        )

    def commands(self) -> Mapping[str, Command]:
        return {
            "submit": self._submit,
            "approve": self._approve,
            "reject": self._reject,
            "revise": self._revise,
            "discard": self._discard,
            "duplicate": self._duplicate,
        }

    def act_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """What is done to a campaign in force goes through a second person; everything else is an act like others."""
        if code in Deed.values:
            return require_http_methods(["GET", "HEAD", "POST"])(self._intervene)(request, pk, code)
        return super().act_view(request, pk, code)

    def _intervene(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return self.intervene(request, self._standing(request, pk), CAMPAIGN_ACT_BY_CODE[code])

    def _submit(self, request: HttpRequest, standing: Standing, reason: str) -> None:
        submit_campaign(revision_id=standing.open_revision.pk, by=request.user, at=timezone.now())

    def _approve(self, request: HttpRequest, standing: Standing, reason: str) -> None:
        approve_campaign(
            revision_id=standing.open_revision.pk,
            seen_hash=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
            comment=reason,
        )

    def _reject(self, request: HttpRequest, standing: Standing, reason: str) -> None:
        reject_campaign(revision_id=standing.open_revision.pk, by=request.user, at=timezone.now(), reason=reason)

    def _revise(self, request: HttpRequest, standing: Standing, reason: str) -> None:
        drafting.revise(CAMPAIGNS, subject_id=standing.subject.pk, by=request.user, at=timezone.now())

    def _discard(self, request: HttpRequest, standing: Standing, reason: str) -> None:
        drafting.discard_draft(CAMPAIGNS, revision_id=standing.open_revision.pk, by=request.user, at=timezone.now())

    def _duplicate(self, request: HttpRequest, standing: Standing, reason: str) -> Campaign:
        return duplicate_campaign(
            campaign_id=standing.subject.pk,
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
            days=days_to_first_day(standing.subject, request.POST.get("first_day", "")),
        )


def _kind_name(code: str) -> str:
    return NAMES.get(code) or (_(LABELS[code]) if code in LABELS else code)


def _figures(campaign: Campaign) -> Figures:
    """The figures that the list has put on the row; asked for one by one only where a single row is shown."""
    if not hasattr(campaign, "figures"):
        campaign.figures = figures_of([campaign], at=timezone.now())[campaign.pk]
    return campaign.figures
