"""Held attempts: the queue, the page with everything that helps to decide, and release, refuse, undo."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin

from campaigns.admin.facts import moment
from coupons.admin.columns import badge
from coupons.admin.coupon import DRAWERS, OnlyLookedAt
from coupons.admin.risk_activity import activity_link, name_activities
from coupons.commands.risk_cases import block_case, release_case, undo_case
from coupons.models import CaseState, RiskAttempt, RiskCase
from coupons.risk_wording import reason_rows, short_reasons
from coupons.selectors.risk_history import blocks_on, history_of, sharers_of
from pricing.engine.errors import Refusal
from pricing.transactions import BUSY, Busy
from pricing.wording import say

LONGEST_REASON = 1_000
TONES = {CaseState.WAITING: "review", CaseState.RELEASED: "good", CaseState.BLOCKED: "bad", CaseState.LAPSED: ""}
OUTCOME_TONES = {"pass": "good", "released": "good", "hold": "review", "block": "bad"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One button with its confirm page, and the states in which it is there."""

    code: str
    label: Any
    question: Any
    run: Callable[..., Any]
    states: tuple[str, ...]
    style: str = "default"


DEEDS = (
    Deed(
        "release",
        gettext_lazy("Release"),
        gettext_lazy("Give it out now? Every limit binds as ever; an order can be placed within a day."),
        release_case,
        (CaseState.WAITING,),
        "primary",
    ),
    Deed(
        "block",
        gettext_lazy("Refuse"),
        gettext_lazy("Refuse this for good? The same attempt is refused from now on, until somebody undoes it."),
        block_case,
        (CaseState.WAITING,),
        "danger",
    ),
    Deed(
        "undo",
        gettext_lazy("Undo the decision"),
        gettext_lazy("Let this be decided anew? A coupon that was released is recalled, unless it is used."),
        undo_case,
        (CaseState.RELEASED, CaseState.BLOCKED),
    ),
)


@admin.register(RiskCase)
class RiskCaseAdmin(OnlyLookedAt, ModelAdmin):
    list_display = ["what", "customer", "activity", "score", "why", "standing", "held", "decided"]
    list_display_links = ["what"]
    list_filter = ["state", "act"]
    search_fields = ["customer__code", "customer__name", "customer__phone"]
    search_help_text = gettext_lazy("Search by customer")
    list_per_page = 50
    ordering = ["-pk"]

    class Media:
        css = {"all": ["coupons/risk.css"]}  # noqa: RUF012 (Django reads it so)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.act_view))
        return [path("<int:pk>/do/<slug:code>/", view, name="coupons_riskcase_act"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RiskCase]:
        return super().get_queryset(request).select_related("attempt", "customer", "decided_by", "coupon__revision")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show what waits, unless somebody asks for something else."""
        if request.method == "GET" and not request.GET:
            return HttpResponseRedirect(f"{request.path}?state__exact={CaseState.WAITING}")
        return super().changelist_view(request, extra_context)

    # The list

    @admin.display(description=gettext_lazy("what"))
    def what(self, case: RiskCase) -> str:
        return case.get_act_display()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the names of the activities on the rows of the page: a query for each kind."""
        changelist = super().get_changelist_instance(request)
        name_activities([case.attempt for case in changelist.result_list])
        return changelist

    @admin.display(description=gettext_lazy("activity"))
    def activity(self, case: RiskCase) -> str:
        return case.attempt.named

    @admin.display(description=gettext_lazy("score"))
    def score(self, case: RiskCase) -> int:
        return case.attempt.score

    @admin.display(description=gettext_lazy("why"))
    def why(self, case: RiskCase) -> str:
        return short_reasons(case.attempt.reasons)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, case: RiskCase) -> str:
        return badge(case.get_state_display(), TONES[CaseState(case.state)])

    @admin.display(description=gettext_lazy("held at"), ordering="opened_at")
    def held(self, case: RiskCase) -> str:
        return moment(case.opened_at)

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, case: RiskCase) -> str:
        return f"{moment(case.decided_at)} · {case.decided_by}" if case.decided_at else "–"

    # One case

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        case = self._case(request, object_id)
        return render(request, "coupons/admin/risk/case.html", self._context(request, case))

    def act_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        deed = next((deed for deed in DEEDS if deed.code == code), None)
        if deed is None:
            raise Http404
        if not request.user.has_perm("coupons.decide_riskcase"):
            raise PermissionDenied
        case = self._case(request, pk)
        if request.method == "POST":
            return self._do(request, case, deed)
        if case.state not in deed.states:
            messages.warning(request, _("There is nothing left to decide here."))
            return HttpResponseRedirect(page_of(case.pk))
        return self._confirm(request, case, deed)

    def _do(self, request: HttpRequest, case: RiskCase, deed: Deed) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
        try:
            deed.run(case_id=case.pk, by=request.user, at=timezone.now(), reason=reason)
        except Refusal as refusal:
            messages.error(request, say(refusal))
            if refusal.field == "reason":
                return self._confirm(request, case, deed)
        except OperationalError:
            messages.error(request, say(Busy(BUSY)))
        else:
            case.refresh_from_db(fields=["state"])
            messages.success(request, _("Done: %(act)s.") % {"act": case.get_state_display()})
        return HttpResponseRedirect(page_of(case.pk))

    def _confirm(self, request: HttpRequest, case: RiskCase, deed: Deed) -> HttpResponse:
        context = {**self._context(request, case), "deed": deed, "back_url": page_of(case.pk)}
        return render(request, "coupons/admin/risk/decide.html", context)

    def _context(self, request: HttpRequest, case: RiskCase) -> dict[str, Any]:
        may_decide = request.user.has_perm("coupons.decide_riskcase")
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{case.get_act_display()}: {case.customer or _('guest')}",
            "media": self.media,
            "case": case,
            "tone": TONES[CaseState(case.state)],
            "deeds": [deed for deed in DEEDS if may_decide and case.state in deed.states],
            "moves": case.moves.select_related("by"),
            "may_block": request.user.has_perm("coupons.add_riskblock"),
            **about(case.attempt),
        }

    def _case(self, request: HttpRequest, pk: Any) -> RiskCase:
        case = self.get_object(request, str(pk))
        if case is None:
            raise Http404
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        return case


@admin.register(RiskAttempt)
class RiskAttemptAdmin(OnlyLookedAt, ModelAdmin):
    """Every decision, with its score and reasons."""

    list_display = ["moment_text", "what", "customer", "activity", "standing", "score", "why"]
    list_display_links = ["moment_text"]
    list_filter = ["outcome", "act", ("at", admin.DateFieldListFilter)]
    search_fields = ["customer__code", "customer__name"]
    search_help_text = gettext_lazy("Search by customer")
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    class Media:
        css = {"all": ["coupons/risk.css"]}  # noqa: RUF012 (Django reads it so)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RiskAttempt]:
        return super().get_queryset(request).select_related("customer", "revision__profile")

    @admin.display(description=gettext_lazy("at"), ordering="pk")
    def moment_text(self, attempt: RiskAttempt) -> str:
        return moment(attempt.at)

    @admin.display(description=gettext_lazy("what"))
    def what(self, attempt: RiskAttempt) -> str:
        return attempt.get_act_display()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the names of the activities on the rows of the page: a query for each kind."""
        changelist = super().get_changelist_instance(request)
        name_activities(changelist.result_list)
        return changelist

    @admin.display(description=gettext_lazy("activity"))
    def activity(self, attempt: RiskAttempt) -> str:
        return attempt.named

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def standing(self, attempt: RiskAttempt) -> str:
        return badge(attempt.get_outcome_display(), OUTCOME_TONES.get(attempt.outcome, ""))

    @admin.display(description=gettext_lazy("why"))
    def why(self, attempt: RiskAttempt) -> str:
        return short_reasons(attempt.reasons)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        attempt = self.get_object(request, object_id)
        if attempt is None:
            raise Http404
        if not self.has_view_permission(request, attempt):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(attempt),
            "media": self.media,
            "tone": OUTCOME_TONES.get(attempt.outcome, ""),
            "may_block": request.user.has_perm("coupons.add_riskblock"),
            **about(attempt),
        }
        return render(request, "coupons/admin/risk/attempt.html", context)


def about(attempt: RiskAttempt) -> dict[str, Any]:
    """Return what both pages show of an attempt and of who made it."""
    at = timezone.now()
    history = history_of(attempt.customer_id, at=at)
    return {
        "attempt": attempt,
        "activity": activity_link(attempt),
        "reasons": reason_rows(attempt.reasons),
        "address": bytes(attempt.address).hex() if attempt.address else "",
        "device": bytes(attempt.device).hex() if attempt.device else "",
        "history": history,
        "drawers": [(DRAWERS[drawer][0], number) for drawer, number in history.coupons.items()],
        "sharers": sharers_of(attempt, at=at),
        "blocks": blocks_on(attempt, at=at),
    }


def page_of(pk: int) -> str:
    return reverse("admin:coupons_riskcase_change", args=[pk])
