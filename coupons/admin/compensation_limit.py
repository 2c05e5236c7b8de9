"""Limits of what service may give: the list is the history, a new row puts new limits in force."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from coupons.commands.compensation_limits import set_compensation_limit
from coupons.forms.compensation_form import CompensationLimitForm
from coupons.models import CompensationLimit
from coupons.selectors.compensations import limit_in_force
from pricing.wording import money_text


@admin.register(CompensationLimit)
class CompensationLimitAdmin(ModelAdmin):
    form = CompensationLimitForm
    list_display = ["at", "coupons", "per_day", "worth", "alone", "standing", "by", "reason"]
    list_per_page = 50
    list_select_related = ["by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompensationLimit]:
        later = CompensationLimit.objects.filter(pk__gt=OuterRef("pk"))
        limits = super().get_queryset(request).annotate(is_in_force=~Exists(later))
        return limits.prefetch_related("templates__current_revision")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        limit = limit_in_force()
        if limit is None:
            return {}
        figures = {name: getattr(limit, name) for name in ("per_day", "cents_per_day", "alone_up_to_cents")}
        return {**figures, "templates": list(limit.templates.all())}

    def save_model(self, request: HttpRequest, obj: CompensationLimit, form: Any, change: bool) -> None:
        set_compensation_limit(obj, templates=form.cleaned_data["templates"], by=request.user, at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The command has stored the coupons with the row."""

    @admin.display(description=_("coupons"))
    def coupons(self, limit: CompensationLimit) -> str:
        return ", ".join(str(template) for template in limit.templates.all())

    @admin.display(description=_("worth per agent and day"))
    def worth(self, limit: CompensationLimit) -> str:
        return money_text(limit.cents_per_day)

    @admin.display(description=_("alone up to"))
    def alone(self, limit: CompensationLimit) -> str:
        return money_text(limit.alone_up_to_cents)

    @admin.display(description=_("in force"), boolean=True)
    def standing(self, limit: CompensationLimit) -> bool:
        return limit.is_in_force
