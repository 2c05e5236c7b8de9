"""What the screens of all activities share: a list with stages and figures, and what a page says of where it stands."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact, moment
from campaigns.admin.reviewed import Command, ReviewedAdmin
from campaigns.admin.stages import StageFilter, stage_tabs
from campaigns.lifecycle import Phase
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.columns import awaits_review, badge, latest_of
from coupons.admin.facts import changes
from coupons.admin.ties import HALTED, halts_of, links_to_coupons
from coupons.commands.activities import duplicate_activity
from coupons.forms.activity_form import ActivityForm
from coupons.models import CouponTemplate
from coupons.selectors.activities import phase_of_activity

TONES = {Phase.RUNNING: "good", Phase.SCHEDULED: "soon", Phase.PAUSED: "warn", Phase.SOLD_OUT: "warn"}


class ActivityAdmin(ReviewedAdmin):
    """A subclass names its review, form and facts, and says what `figures_of` finds for the rows of a list."""

    form_class: ClassVar[type[ActivityForm]]
    facts: ClassVar[Callable[[Any], list[Fact]]]
    related: ClassVar[tuple[str, ...]] = ("template__current_revision",)
    list_display_links = ["title"]
    list_filter = [StageFilter]
    search_fields = ["revisions__name", "revisions__name_zh"]
    search_help_text = _("Search by name")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    # What subclasses say

    def figures_of(self, ids: Collection[int]) -> Mapping[int, Any]:
        """Return how far each of these activities has come; one query for all of them."""
        raise NotImplementedError

    def facts_and_figures(self, standing: Standing, shown: Any, figures: Any) -> list[tuple[Any, Any]]:
        """Return the figures that head the page of one activity."""
        raise NotImplementedError

    def is_sold_out(self, activity: Any) -> bool:
        return False

    def coupons_of(self, shown: Any) -> list[CouponTemplate]:
        """Return the templates that a revision gives out."""
        return [getattr(shown, self.review.tables.subject).template]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        tables = self.review.tables
        in_review = tables.revisions._default_manager.filter(
            **{tables.subject: OuterRef("pk")}, review=ReviewState.IN_REVIEW
        )
        found = super().get_queryset(request).annotate(has_review=Exists(in_review))
        return found.select_related("current_revision", *self.related).prefetch_related("revisions")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tabs = stage_tabs(self.get_queryset(request), request.GET.get("stage", ""), at=timezone.now())
        return super().changelist_view(request, {**(extra_context or {}), "stage_tabs": tabs})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the figures of all rows of the page on them: a constant number of queries."""
        changelist = super().get_changelist_instance(request)
        figures = self.figures_of([row.pk for row in changelist.result_list])
        for activity in changelist.result_list:
            activity.figures = figures.get(activity.pk)
        return changelist

    @admin.display(description=_("name"))
    def title(self, activity: Any) -> str:
        return latest_of(activity).local_name

    @admin.display(description=_("coupon"))
    def coupon(self, activity: Any) -> str:
        return str(activity.template)

    @admin.display(description=_("period"), ordering="current_revision__starts_at")
    def period(self, activity: Any) -> str:
        revision = latest_of(activity)
        nowrap = '<span class="whitespace-nowrap">{}<br>{}</span>'
        return format_html(nowrap, moment(revision.starts_at), moment(revision.ends_at))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, activity: Any) -> str:
        return badge(*self.standing_of(activity))

    def standing_of(self, activity: Any) -> tuple[str, str]:
        """Return what the state and the clock make of an activity, and its colour."""
        phase = phase_of_activity(activity, sold_out=self.is_sold_out(activity), at=timezone.now())
        if phase is None:
            return str(activity.get_state_display()), "review" if awaits_review(activity) else ""
        if phase == Phase.RUNNING and self.is_halted(activity):
            return gettext("coupon not given out"), "warn"
        state = phase.label if activity.state != "stopped" else activity.get_state_display()
        if awaits_review(activity):
            state = _("%(state)s, change in review") % {"state": state}
        return str(state), TONES.get(phase, "")

    def is_halted(self, activity: Any) -> bool:
        """Whether the coupon is paused or stopped, so that nobody gets it from an activity that runs."""
        return activity.template.state in HALTED

    # One activity

    def form_for(self, request: HttpRequest, revision: Any = None) -> ActivityForm:
        chosen = {"template": request.GET["template"]} if "template" in request.GET else {}
        data = request.POST if request.method == "POST" else None
        subject = getattr(revision, self.review.tables.subject) if revision else None
        return self.form_class(data, revision=revision, subject=subject, initial=chosen)

    def facts_of(self, revision: Any) -> list[Fact]:
        return type(self).facts(revision)

    def changes_between(self, before: Any, after: Any) -> list[Change]:
        return changes(type(self).facts, before, after)

    def page_extras(self, standing: Standing, shown: Any) -> dict[str, Any]:
        activity = standing.subject
        state, tone = self.standing_of(activity)
        figures = self.figures_of([activity.pk]).get(activity.pk)
        facts = self.facts_and_figures(standing, shown, figures)
        coupons = self.coupons_of(shown)
        return {
            "figures": {"tone": tone, "state": state, "facts": facts},
            "doubts": halts_of(coupons),
            "more_links": links_to_coupons(coupons, user=standing.user),
        }

    def commands(self) -> Mapping[str, Command]:
        def duplicate(subject_id: int, **who_and_when: Any) -> Any:
            kept = self.form_class.KEPT
            return duplicate_activity(self.review.tables, subject_id=subject_id, owner=kept, **who_and_when)

        return review_commands(self.review, duplicate=duplicate)
