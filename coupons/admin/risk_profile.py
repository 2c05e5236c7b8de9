"""Risk profiles: what they measure, who names them, and what they would have done to the past."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.columns import TONES, awaits_review, badge, latest_of
from coupons.admin.coupon import OnlyLookedAt
from coupons.admin.facts import changes
from coupons.admin.risk_facts import profile_facts
from coupons.commands.high_value import set_risk_limit
from coupons.commands.risk_profiles import RISK_REVIEW, create_profile, duplicate_profile
from coupons.forms.risk_profile_form import RiskLimitForm, RiskProfileForm
from coupons.forms.risk_trial_form import TrialForm
from coupons.models import RiskAttempt, RiskLimit, RiskProfile, RiskProfileRevision
from coupons.selectors.risk_profiles import activities_under, latest_trial
from pricing.commands.jobs import ask_for
from pricing.wording import money_text, plain_percent


@admin.register(RiskProfile)
class RiskProfileAdmin(ReviewedAdmin):
    review = RISK_REVIEW
    list_display = ["title", "code", "rules", "standing"]
    list_display_links = ["title"]
    list_filter = ["state"]
    search_fields = ["code", "revisions__name", "revisions__name_zh"]
    search_help_text = gettext_lazy("Search by code or name")
    ordering = ["code"]

    class Media:
        css = {"all": ["coupons/risk.css"]}  # noqa: RUF012 (Django reads it so)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.trial_view)
        return [path("<int:pk>/trial/", view, name="coupons_riskprofile_trial"), *super().get_urls()]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[RiskProfile]:
        in_review = RiskProfileRevision.objects.filter(profile=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        found = super().get_queryset(request).annotate(has_review=Exists(in_review))
        return found.select_related("current_revision").prefetch_related("revisions")

    @admin.display(description=gettext_lazy("risk profile"))
    def title(self, profile: RiskProfile) -> str:
        return latest_of(profile).local_name

    @admin.display(description=gettext_lazy("rules"))
    def rules(self, profile: RiskProfile) -> str:
        return str(len(latest_of(profile).rules))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, profile: RiskProfile) -> str:
        return badge(*standing_of(profile))

    # One profile

    def form_for(self, request: HttpRequest, revision: RiskProfileRevision | None = None) -> RiskProfileForm:
        data = request.POST if request.method == "POST" else None
        return RiskProfileForm(data, revision=revision, draft_key=draft_key(request))

    def facts_of(self, revision: RiskProfileRevision) -> list[Fact]:
        return profile_facts(revision)

    def changes_between(self, before: RiskProfileRevision | None, after: RiskProfileRevision) -> list[Change]:
        return changes(profile_facts, before, after)

    def page_extras(self, standing: Standing, shown: RiskProfileRevision) -> dict[str, Any]:
        profile = standing.subject
        state, tone = standing_of(profile)
        done = RiskAttempt.objects.filter(revision__profile=profile).values_list("outcome").annotate(Count("pk"))
        counts = dict(done.order_by())
        facts = [
            (_("activities that name it"), activities_under(profile.code)),
            (_("let through"), counts.get("pass", 0)),
            (_("held for review"), counts.get("hold", 0)),
            (_("refused"), counts.get("block", 0)),
        ]
        trial = reverse("admin:coupons_riskprofile_trial", args=[profile.pk])
        links = [(_("Try it on past attempts: what would it have held and refused?"), trial)]
        return {"figures": {"tone": tone, "state": state, "facts": facts}, "more_links": links}

    def create(self, request: HttpRequest, form: Any) -> RiskProfile:
        who_and_when = {"by": request.user, "at": timezone.now(), "key": draft_key(request)}
        return create_profile(content=form.content(), code=form.cleaned_data["code"], **who_and_when)

    def commands(self) -> Mapping[str, Command]:
        def duplicate(profile_id: int, **who_and_when: Any) -> RiskProfile:
            return duplicate_profile(profile_id=profile_id, **who_and_when)

        return review_commands(RISK_REVIEW, duplicate=duplicate)

    # The past

    def trial_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the latest trial has found; a POST has another one made by a worker."""
        profile = self.get_object(request, str(pk))
        if profile is None:
            raise Http404
        if not self.has_view_permission(request, profile):
            raise PermissionDenied
        revision = profile.revisions.order_by("-number").first()
        may_ask = self.has_change_permission(request, profile) or request.user.has_perm("coupons.approve_riskprofile")
        form = TrialForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_ask:
                raise PermissionDenied
            if form.is_valid():
                self._ask(request, revision, form.cleaned_data["days"])
                return HttpResponseRedirect(request.path)
        context = {
            **self._context(request, title=_("Past attempts under %(profile)s") % {"profile": profile}),
            "revision": revision,
            "form": form,
            "may_ask": may_ask,
            "may_read": request.user.has_perm("coupons.view_riskattempt"),
            "job": latest_trial(profile.pk),
            "back_url": self.page_url(pk),
        }
        return render(request, "coupons/admin/risk/trial.html", context)

    def _ask(self, request: HttpRequest, revision: RiskProfileRevision, days: int) -> None:
        params = {"profile": revision.profile_id, "revision": revision.pk, "days": days}
        subject = f"risk_profile:{revision.profile_id}"
        ask_for("try_risk_profile", params=params, by=request.user, at=timezone.now(), subject=subject)


def standing_of(profile: RiskProfile) -> tuple[str, str]:
    """Return the state of a profile in words, and its colour."""
    state = str(profile.get_state_display())
    if awaits_review(profile) and profile.current_revision_id:
        state = _("%(state)s, change in review") % {"state": state}
    return state, TONES.get(profile.state, "")


@admin.register(RiskLimit)
class RiskLimitAdmin(OnlyLookedAt, ModelAdmin):
    """Limits of high value: the list is the history, a new row puts new limits in force."""

    form = RiskLimitForm
    list_display = ["face", "depth", "standing", "by", "at", "reason"]
    list_per_page = 50
    list_select_related = ["by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("coupons.add_risklimit")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RiskLimit]:
        later = RiskLimit.objects.filter(pk__gt=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_in_force=~Exists(later))

    def save_model(self, request: HttpRequest, obj: RiskLimit, form: Any, change: bool) -> None:
        set_risk_limit(obj, by=request.user, at=timezone.now())

    @admin.display(description=gettext_lazy("face value up to"))
    def face(self, limit: RiskLimit) -> str:
        return "–" if limit.face_cents is None else money_text(limit.face_cents)

    @admin.display(description=gettext_lazy("discount depth up to"))
    def depth(self, limit: RiskLimit) -> str:
        return "–" if limit.depth_bp is None else f"{plain_percent(limit.depth_bp)} %"

    @admin.display(description=gettext_lazy("in force"), boolean=True)
    def standing(self, limit: RiskLimit) -> bool:
        return limit.is_in_force
