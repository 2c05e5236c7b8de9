"""Block lists: who is on them, until when, why and by whom; lifting needs a reason."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin

from campaigns.admin.facts import moment
from campaigns.models import Customer
from coupons.admin.columns import badge
from coupons.admin.coupon import OnlyLookedAt
from coupons.commands.risk_blocks import Blocked, add_block, lift_block
from coupons.forms.risk_block_form import RiskBlockForm
from coupons.models import BlockKind, RiskBlock
from pricing.engine.errors import Refusal
from pricing.wording import say

SHORT = 12
LONGEST_REASON = 1_000


@admin.register(RiskBlock)
class RiskBlockAdmin(OnlyLookedAt, ModelAdmin):
    list_display = ["kind_text", "who", "standing", "until_text", "by", "since", "reason"]
    list_display_links = ["kind_text"]
    list_filter = ["kind", ("lifted_at", admin.EmptyFieldListFilter)]
    search_fields = ["value", "reason"]
    search_help_text = gettext_lazy("Search by mark, phone number or reason")
    list_per_page = 50
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.lift_view))
        return [path("<int:pk>/lift/", view, name="coupons_riskblock_lift"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("coupons.add_riskblock")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RiskBlock]:
        return super().get_queryset(request).select_related("by", "lifted_by")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the names of customers on the rows of the page: one query."""
        changelist = super().get_changelist_instance(request)
        keys = [int(row.value) for row in changelist.result_list if row.kind == BlockKind.CUSTOMER]
        people = Customer.objects.in_bulk(keys)
        for row in changelist.result_list:
            if row.kind == BlockKind.CUSTOMER:
                row.customer = people.get(int(row.value))
        return changelist

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_text(self, row: RiskBlock) -> str:
        return row.get_kind_display()

    @admin.display(description=pgettext_lazy("blocked", "who"))
    def who(self, row: RiskBlock) -> str:
        return who_text(row)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row: RiskBlock) -> str:
        return badge(*standing_of(row, at=timezone.now()))

    @admin.display(description=gettext_lazy("until"), ordering="until")
    def until_text(self, row: RiskBlock) -> str:
        return moment(row.until) if row.until else _("until it is lifted")

    @admin.display(description=gettext_lazy("since"), ordering="at")
    def since(self, row: RiskBlock) -> str:
        return moment(row.at)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = {name: request.GET[name][:64] for name in ("kind", "who") if name in request.GET}
        form = RiskBlockForm(request.POST or None, initial=chosen)
        if request.method == "POST" and form.is_valid() and (made := self._added(request, form)):
            messages.success(request, _("Blocked from now on."))
            return HttpResponseRedirect(reverse("admin:coupons_riskblock_change", args=[made.pk]))
        context = {**self._context(request, title=_("New block")), "form": form}
        return render(request, "coupons/admin/risk/block_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        state, tone = standing_of(row, at=timezone.now())
        context = {
            **self._context(request, title=f"{row.get_kind_display()}: {who_text(row)}"),
            "row": row,
            "state": state,
            "tone": tone,
            "who": who_text(row, whole=True),
            "may_lift": row.lifted_at is None and request.user.has_perm("coupons.lift_riskblock"),
        }
        return render(request, "coupons/admin/risk/block.html", context)

    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then take the entry off the list; it stays in the history."""
        if not request.user.has_perm("coupons.lift_riskblock"):
            raise PermissionDenied
        row = self._row(request, pk)
        page = reverse("admin:coupons_riskblock_change", args=[pk])
        if request.method == "POST":
            reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
            try:
                lift_block(block_id=pk, by=request.user, at=timezone.now(), reason=reason)
            except Refusal as refusal:
                messages.error(request, say(refusal))
                if refusal.field != "reason":
                    return HttpResponseRedirect(page)
            else:
                messages.success(request, _("Lifted."))
                return HttpResponseRedirect(page)
        context = {**self._context(request, title=_("Lift the block of %(who)s") % {"who": who_text(row)})}
        return render(request, "coupons/admin/risk/lift.html", {**context, "row": row, "back_url": page})

    def _added(self, request: HttpRequest, form: RiskBlockForm) -> RiskBlock | None:
        typed = form.cleaned_data
        blocked = Blocked(kind=typed["kind"], who=typed["who"], until=typed["until"])
        try:
            return add_block(blocked, by=request.user, at=timezone.now(), reason=typed["reason"])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
            return None

    def _row(self, request: HttpRequest, pk: Any) -> RiskBlock:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _context(self, request: HttpRequest, *, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "media": self.media,
            "list_url": reverse("admin:coupons_riskblock_changelist"),
        }


def who_text(row: RiskBlock, *, whole: bool = False) -> str:
    """Return who is blocked: a customer by name and number, the beginning of a mark, the end of a phone number."""
    if row.kind == BlockKind.CUSTOMER:
        customer = getattr(row, "customer", None) or Customer.objects.filter(pk=int(row.value)).first()
        return f"{customer} · {customer.code}" if customer else row.value
    if row.kind == BlockKind.PHONE:
        return row.value
    return row.value if whole else f"{row.value[:SHORT]}…"


def standing_of(row: RiskBlock, *, at: datetime) -> tuple[str, str]:
    """Return whether a block binds, and its colour."""
    if row.lifted_at:
        return _("lifted"), ""
    if row.until and row.until <= at:
        return _("expired"), ""
    return _("in force"), "bad"
