"""The screens of claim campaigns."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact, moment
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.admin.stages import StageFilter, stage_tabs
from campaigns.lifecycle import Phase, phase_of
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.columns import awaits_review, badge, latest_of, out_of
from coupons.admin.facts import changes, claim_facts
from coupons.commands.claim_campaigns import CLAIM_REVIEW, create_claim_campaign, duplicate_claim_campaign
from coupons.forms.claim_campaign_form import ClaimCampaignForm
from coupons.models import ClaimCampaign, ClaimCampaignRevision, Position
from coupons.selectors.usage import usage_of

TONES = {Phase.RUNNING: "good", Phase.SCHEDULED: "soon", Phase.PAUSED: "warn", Phase.SOLD_OUT: "warn"}


@admin.register(ClaimCampaign)
class ClaimCampaignAdmin(ReviewedAdmin):
    review = CLAIM_REVIEW
    list_display = ["title", "coupon", "period", "places", "standing", "claimed", "used"]
    list_display_links = ["title"]
    list_filter = [StageFilter]
    search_fields = ["revisions__name", "revisions__name_zh"]
    search_help_text = _("Search by name")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClaimCampaign]:
        in_review = ClaimCampaignRevision.objects.filter(claim_campaign=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        found = super().get_queryset(request).annotate(has_review=Exists(in_review))
        related = ("current_revision", "count", "template__current_revision", "template__budget")
        return found.select_related(*related).prefetch_related("revisions")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tabs = stage_tabs(self.get_queryset(request), request.GET.get("stage", ""), at=timezone.now())
        return super().changelist_view(request, {**(extra_context or {}), "stage_tabs": tabs})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the figures of all rows of the page on them: a constant number of queries."""
        changelist = super().get_changelist_instance(request)
        figures = usage_of([row.pk for row in changelist.result_list], key="claim_campaign")
        for claim_campaign in changelist.result_list:
            claim_campaign.usage = figures[claim_campaign.pk]
        return changelist

    @admin.display(description=_("claim campaign"))
    def title(self, claim_campaign: ClaimCampaign) -> str:
        return latest_of(claim_campaign).local_name

    @admin.display(description=_("coupon"))
    def coupon(self, claim_campaign: ClaimCampaign) -> str:
        return str(claim_campaign.template)

    @admin.display(description=_("period"), ordering="current_revision__starts_at")
    def period(self, claim_campaign: ClaimCampaign) -> str:
        revision = latest_of(claim_campaign)
        nowrap = '<span class="whitespace-nowrap">{}</span><br><span class="whitespace-nowrap">{}</span>'
        return format_html(nowrap, moment(revision.starts_at), moment(revision.ends_at))

    @admin.display(description=_("places"))
    def places(self, claim_campaign: ClaimCampaign) -> str:
        positions = dict(Position.choices)
        return ", ".join(str(positions[code]) for code in latest_of(claim_campaign).positions)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, claim_campaign: ClaimCampaign) -> str:
        return badge(*standing_of(claim_campaign))

    @admin.display(description=_("claimed"))
    def claimed(self, claim_campaign: ClaimCampaign) -> str:
        return out_of(claim_campaign.usage.issued, latest_of(claim_campaign).total)

    @admin.display(description=_("used"))
    def used(self, claim_campaign: ClaimCampaign) -> str:
        return str(claim_campaign.usage.used)

    # One claim campaign

    def form_for(self, request: HttpRequest, revision: ClaimCampaignRevision | None = None) -> ClaimCampaignForm:
        chosen = {"template": request.GET["template"]} if "template" in request.GET else {}
        data = request.POST if request.method == "POST" else None
        return ClaimCampaignForm(data, revision=revision, initial=chosen)

    def facts_of(self, revision: ClaimCampaignRevision) -> list[Fact]:
        return claim_facts(revision)

    def changes_between(self, before: ClaimCampaignRevision | None, after: ClaimCampaignRevision) -> list[Change]:
        return changes(claim_facts, before, after)

    def page_extras(self, standing: Standing, shown: ClaimCampaignRevision) -> dict[str, Any]:
        claim_campaign = standing.subject
        usage = usage_of([claim_campaign.pk], key="claim_campaign")[claim_campaign.pk]
        state, tone = standing_of(claim_campaign)
        return {
            "figures": {
                "tone": tone,
                "state": state,
                "facts": [(_("claimed"), out_of(usage.issued, shown.total)), (_("used"), usage.used)],
            }
        }

    def create(self, request: HttpRequest, form: Any) -> ClaimCampaign:
        return create_claim_campaign(
            content=form.content(),
            template=form.cleaned_data["template"],
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
        )

    def commands(self) -> Mapping[str, Command]:
        def duplicate(claim_campaign_id: int, **who_and_when: Any) -> ClaimCampaign:
            return duplicate_claim_campaign(claim_campaign_id=claim_campaign_id, **who_and_when)

        return review_commands(CLAIM_REVIEW, duplicate=duplicate)


def standing_of(claim_campaign: ClaimCampaign) -> tuple[str, str]:
    """Return what the state and the clock make of a claim campaign, and its colour."""
    phase = _phase(claim_campaign)
    if phase is None:
        in_review = awaits_review(claim_campaign)
        return str(claim_campaign.get_state_display()), "review" if in_review else ""
    state = phase.label if claim_campaign.state != "stopped" else claim_campaign.get_state_display()
    if awaits_review(claim_campaign):
        state = _("%(state)s, change in review") % {"state": state}
    return str(state), TONES.get(phase, "")


def _phase(claim_campaign: ClaimCampaign) -> Phase | None:
    revision, count = claim_campaign.current_revision, getattr(claim_campaign, "count", None)
    if revision is None:
        return None
    return phase_of(
        state=claim_campaign.state,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        warm_up_at=None,
        sold_out=count is not None and count.total is not None and count.used >= count.total,
        at=timezone.now(),
    )
