"""Service coupons: find the customer, see what they hold and got before, give; the list; decide and recall."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

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
from unfold.contrib.filters.admin import RelatedDropdownFilter

from campaigns.models import Customer
from coupons.admin.columns import badge
from coupons.admin.coupon import DRAWERS, InForceFilter, OnlyLookedAt
from coupons.admin.facts import rule_text
from coupons.commands.compensating import (
    LONGEST_REASON,
    approve_compensation,
    give_compensation,
    recall_compensation,
    refuse_compensation,
)
from coupons.face import worth_text
from coupons.forms.compensation_form import CompensationForm, FindForm
from coupons.models import Compensation, CompensationLimit, CompensationState, Coupon
from coupons.selectors.compensations import (
    allowance_of,
    compensations_of,
    customers_found,
    limit_in_force,
    templates_for_service,
)
from coupons.selectors.drawers import coupons_in, drawer_of
from coupons.validity import last_day
from pricing.engine.errors import Refusal
from pricing.wording import money_text, say

TONES = {CompensationState.WAITING: "review", CompensationState.GIVEN: "good", CompensationState.RECALLED: "warn"}
SHOWN = 20
# What the buttons of one page do, and which permission and state each needs.
DEEDS: dict[str, tuple[Callable[..., Any], str, str, str]] = {
    "_approve": (approve_compensation, "remark", "approve_compensation", CompensationState.WAITING),
    "_refuse": (refuse_compensation, "remark", "approve_compensation", CompensationState.WAITING),
    "_recall": (recall_compensation, "reason", "recall_compensation", CompensationState.GIVEN),
}


@admin.register(Compensation)
class CompensationAdmin(OnlyLookedAt, ModelAdmin):
    list_display = ["ticket", "customer", "what", "worth", "standing", "by", "at", "reason"]
    list_filter = [
        "state",
        ("by", RelatedDropdownFilter),
        ("template", InForceFilter),
        ("at", admin.DateFieldListFilter),
    ]
    list_filter_submit = True
    search_fields = ["ticket", "customer__code", "customer__name", "reason"]
    search_help_text = gettext_lazy("Search by ticket, customer or reason")
    list_per_page = 50
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Compensation]:
        related = ("customer", "template__current_revision", "coupon__revision", "by", "decided_by", "recalled_by")
        return super().get_queryset(request).select_related(*related)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("coupons.grant_compensation")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        return [path("<int:pk>/decide/", view, name="coupons_compensation_decide"), *super().get_urls()]

    # The list

    @admin.display(description=gettext_lazy("coupon"), ordering="template")
    def what(self, row: Compensation) -> str:
        return str(row.template)

    @admin.display(description=gettext_lazy("worth"), ordering="face_cents")
    def worth(self, row: Compensation) -> str:
        return worth_text(row.face_cents)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, row: Compensation) -> str:
        return badge(row.get_state_display(), TONES.get(CompensationState(row.state), ""))

    # Giving

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Find the customer (?q=), then give (?customer=)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = request.GET.get("q", "").replace("\0", "").strip()[:120]
        customer = self._chosen(request)
        if customer is None:
            found = customers_found(asked)
            if len(found) == 1:
                return HttpResponseRedirect(f"{request.path}?{urlencode({'customer': found[0].pk, 'q': asked})}")
            return self._give_page(request, asked=asked, found=found)
        form = CompensationForm(request.POST or None, templates=templates_for_service(limit_in_force()))
        if request.method == "POST" and form.is_valid() and (given := self._given(request, customer, form)):
            return HttpResponseRedirect(reverse("admin:coupons_compensation_change", args=[given.pk]))
        return self._give_page(request, asked=asked, form=form, **self._known_of(request, customer))

    def _chosen(self, request: HttpRequest) -> Customer | None:
        key = request.GET.get("customer", "")
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        return Customer.objects.filter(pk=int(key)).select_related("user").first()

    def _given(self, request: HttpRequest, customer: Customer, form: CompensationForm) -> Compensation | None:
        """Give the coupon; a refusal becomes an error of the form and gives None."""
        said, at = form.cleaned_data, timezone.now()
        try:
            given = give_compensation(
                ticket=said["ticket"],
                customer_id=customer.pk,
                template_id=said["template"].pk,
                reason=said["reason"],
                by=request.user,
                at=at,
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
            return None
        if given.at != at:
            messages.info(request, _("This was asked for before: here is what came of it."))
        elif given.state == CompensationState.WAITING:
            messages.warning(request, _not_alone(given))
        else:
            messages.success(request, _("The coupon is in the customer's wallet."))
        return given

    def _known_of(self, request: HttpRequest, customer: Customer) -> dict[str, Any]:
        now, limit = timezone.now(), limit_in_force()
        drawers = [coupons_in(name, customer=customer, at=now)[:SHOWN] for name in ("unused", "awaiting_payment")]
        return {
            "customer": customer,
            "coupons": [_coupon_line(coupon) for drawer in drawers for coupon in drawer],
            "before": _with_worth(compensations_of(customer)[:SHOWN]),
            "left": _left(request, limit, now) if limit else None,
        }

    def _give_page(self, request: HttpRequest, **values: Any) -> HttpResponse:
        form = values.get("form")
        media = self.media + form.media if form else self.media
        find = FindForm(initial={"q": values["asked"]})
        context = {**self._context(request, _("Give a coupon to a customer")), **values, "find": find, "media": media}
        return render(request, "coupons/admin/compensate.html", context)

    # One of them

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        revision = row.coupon.revision if row.coupon else row.template.current_revision
        context = {
            **self._context(request, str(row)),
            "row": row,
            "tone": TONES.get(CompensationState(row.state), ""),
            "worth": worth_text(row.face_cents),
            "rule": rule_text(revision),
            "coupon": _coupon_line(row.coupon) if row.coupon else None,
            "may": {name.strip("_"): _may(request, row, name) for name in DEEDS},
            "longest": LONGEST_REASON,
        }
        return render(request, "coupons/admin/compensation.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve, refuse or recall, as the button says."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        pressed = next((name for name in DEEDS if name in request.POST), None)
        if pressed is None or not request.user.has_perm(f"coupons.{DEEDS[pressed][2]}"):
            raise PermissionDenied
        do, why, _permission, _state = DEEDS[pressed]
        said = request.POST.get("why", "").replace("\0", "").strip()[:LONGEST_REASON]
        try:
            row = do(compensation_id=pk, by=request.user, at=timezone.now(), **{why: said})
            messages.success(request, f"{row}: {row.get_state_display()}.")
        except Refusal as refusal:
            messages.error(request, say(refusal))
        return HttpResponseRedirect(reverse("admin:coupons_compensation_change", args=[pk]))

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        each = self.admin_site.each_context(request)
        return {**each, "opts": self.opts, "title": title, "media": self.media}


def _may(request: HttpRequest, row: Compensation, name: str) -> bool:
    _do, _why, permission, state = DEEDS[name]
    own = state == CompensationState.WAITING and row.by_id == request.user.pk
    return row.state == state and not own and request.user.has_perm(f"coupons.{permission}")


def _not_alone(given: Compensation) -> str:
    if not given.face_cents:
        return _("Nobody can say what it is worth at most: a second person has been asked.")
    return _("It is worth more than you may give alone: a second person has been asked.")


def _left(request: HttpRequest, limit: CompensationLimit, at: datetime) -> dict[str, Any]:
    left = allowance_of(request.user, limit, at=at)
    return {
        "coupons": left.coupons,
        "worth": money_text(left.cents),
        "alone": money_text(limit.alone_up_to_cents),
    }


def _with_worth(rows: Iterable[Compensation]) -> list[Compensation]:
    found = list(rows)
    for row in found:
        row.worth = worth_text(row.face_cents)
    return found


def _coupon_line(coupon: Coupon) -> dict[str, Any]:
    drawer = drawer_of(coupon, at=timezone.now())
    page = reverse("admin:coupons_coupon_change", args=[coupon.pk])
    name = coupon.revision.local_name
    return {
        "link": format_html('<a class="promo-link" href="{}">{}</a>', page, f"{name} · {str(coupon.number)[:8]}"),
        "state": DRAWERS[drawer][0],
        "until": last_day(coupon.valid_until),
        "route": coupon.get_route_display(),
    }
