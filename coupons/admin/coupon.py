"""Issued coupons: looked up, never edited; each with the steps of its life."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from campaigns.admin.facts import moment
from coupons.admin.order_links import order_links
from coupons.models import Coupon, CouponEvent
from coupons.selectors.drawers import drawer_of, lies_in
from coupons.validity import last_day
from pricing.wording import money_text

DRAWERS = {
    "unused": (_("unused"), "info"),
    "awaiting_payment": (_("awaiting payment"), "warning"),
    "used": (_("used"), "success"),
    "expired": (_("expired"), "default"),
    "recalled": (_("recalled"), "danger"),
}

STEPS = {
    "issue": _("issued"),
    "lock": _("kept for an order"),
    "use": _("used"),
    "release": _("released"),
    "return": _("given back"),
    "recall": _("recalled"),
}


class OnlyLookedAt:
    """For admin classes of rows that commands write and nobody edits."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventInline(OnlyLookedAt, TabularInline):
    model = CouponEvent
    fields = ["when", "step", "order", "by", "reason"]
    readonly_fields = ["when", "step", "order"]
    extra = 0
    hide_title = True
    verbose_name_plural = _("steps")

    @admin.display(description=_("at"))
    def when(self, event: CouponEvent) -> str:
        return moment(event.at)

    @admin.display(description=_("step"))
    def step(self, event: CouponEvent) -> str:
        return str(STEPS.get(event.move, event.move))

    @admin.display(description=_("order"))
    def order(self, event: CouponEvent) -> str:
        return _order_text(event.order_key)


class InForceFilter(RelatedDropdownFilter):
    """Offers what has been in force, under its present name; only that has coupons. One query."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[int, str]]:
        subjects = field.remote_field.model._default_manager.filter(current_revision__isnull=False)
        return [(row.pk, str(row)) for row in subjects.select_related("current_revision")]


class DrawerFilter(admin.SimpleListFilter):
    """By what the list shows: the state of the row and the clock together."""

    title = _("state")
    parameter_name = "drawer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(drawer, text) for drawer, (text, _colour) in DRAWERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Coupon]) -> QuerySet[Coupon]:
        drawer = self.value()
        return queryset.filter(lies_in(drawer, timezone.now())) if drawer in DRAWERS else queryset


@admin.register(Coupon)
class CouponAdmin(OnlyLookedAt, ModelAdmin):
    list_display = ["short_number", "coupon", "customer", "standing", "issued_at", "valid_through", "route"]
    list_filter = [
        DrawerFilter,
        "route",
        ("template", InForceFilter),
        ("claim_campaign", InForceFilter),
    ]
    list_filter_submit = True
    list_select_related = ["revision", "customer"]
    list_per_page = 50
    search_fields = ["number__startswith", "customer__code", "customer__name", "revision__name", "revision__name_zh"]
    search_help_text = _("Coupon number, customer number or name, name of the coupon.")
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": [("coupon", "standing_text"), ("customer", "number"), ("route", "claim_campaign")]}),
        (_("Validity"), {"fields": [("issued", "reserved"), ("from_text", "until_text")]}),
        (_("Order"), {"fields": ["order", ("locked", "deadline"), "used"]}),
    ]
    readonly_fields = [
        "coupon", "standing_text", "reserved", "issued", "from_text", "until_text",
        "order", "locked", "deadline", "used",
    ]  # fmt: skip
    inlines = [EventInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        return super().get_queryset(request).select_related("revision", "customer", "claim_campaign__current_revision")

    @admin.display(description=_("number"), ordering="number")
    def short_number(self, coupon: Coupon) -> str:
        return str(coupon.number)[:8]

    @admin.display(description=_("coupon"))
    def coupon(self, coupon: Coupon) -> str:
        return coupon.revision.local_name

    @display(description=_("state"), label={code: colour for code, (_text, colour) in DRAWERS.items()})
    def standing(self, coupon: Coupon) -> tuple[str, Any]:
        drawer = drawer_of(coupon, at=timezone.now())
        return drawer, DRAWERS[drawer][0]

    @admin.display(description=_("state"))
    def standing_text(self, coupon: Coupon) -> Any:
        return DRAWERS[drawer_of(coupon, at=timezone.now())][0]

    @admin.display(description=_("valid through"), ordering="valid_until")
    def valid_through(self, coupon: Coupon) -> Any:
        return last_day(coupon.valid_until)

    @admin.display(description=_("reserved"))
    def reserved(self, coupon: Coupon) -> str:
        return money_text(coupon.reserved_cents)

    @admin.display(description=_("issued at"))
    def issued(self, coupon: Coupon) -> str:
        return _moment(coupon.issued_at)

    @admin.display(description=_("valid from"))
    def from_text(self, coupon: Coupon) -> str:
        return _moment(coupon.valid_from)

    @admin.display(description=_("valid until"))
    def until_text(self, coupon: Coupon) -> str:
        return _moment(coupon.valid_until)

    @admin.display(description=_("order"))
    def order(self, coupon: Coupon) -> str:
        return _order_text(coupon.order_key)

    @admin.display(description=_("locked at"))
    def locked(self, coupon: Coupon) -> str:
        return _moment(coupon.locked_at)

    @admin.display(description=_("lock deadline"))
    def deadline(self, coupon: Coupon) -> str:
        return _moment(coupon.lock_deadline)

    @admin.display(description=_("used at"))
    def used(self, coupon: Coupon) -> str:
        return _moment(coupon.used_at)


def _order_text(key: UUID | None) -> str:
    """Return the order with the way to its page; its key where the order was never stored. One query, or none."""
    return order_links([key]).get(str(key), str(key)) if key else "–"


def _moment(at: datetime | None) -> str:
    return moment(at) if at else "–"
