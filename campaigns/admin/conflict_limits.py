"""The limits of the conflict report: the list is the history, a new row puts new limits in force."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from campaigns.commands.conflict_limits import set_conflict_limits
from campaigns.forms.inputs import long_text
from campaigns.models import ConflictLimits
from campaigns.selectors.conflicts import conflict_limits
from pricing.wording import plain_percent


class LimitsForm(forms.ModelForm):
    """Rates are typed as percentages; the form begins with what is in force."""

    deepest = forms.DecimalField(
        label=_("Deepest reduction (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("Of the list price, with everything that combines. Deeper ones need a second approver."),
    )
    margin = forms.DecimalField(
        label=_("Lowest margin (%)"),
        required=False,
        min_value=-100,
        max_value=99,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("Of what is left of the price; empty = only what falls below cost counts."),
    )
    reason = long_text(_("Reason"), help_text=_("It stays in the history, and everybody who approves is told."))

    class Meta:
        model = ConflictLimits
        fields = ("reason",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        limits = conflict_limits()
        self.initial |= {"deepest": plain_percent(limits.deepest_off_bp), "margin": _signed(limits.least_margin_bp)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("deepest") is not None:
            self.instance.deepest_off_bp = int(cleaned["deepest"] * 100)
        margin = cleaned.get("margin")
        self.instance.least_margin_bp = None if margin is None else int(margin * 100)
        return cleaned


@admin.register(ConflictLimits)
class ConflictLimitsAdmin(ModelAdmin):
    form = LimitsForm
    fields = ["deepest", "margin", "reason"]
    list_display = ["deepest_shown", "margin_shown", "standing", "by", "at", "reason"]
    list_display_links = None
    list_per_page = 50
    list_select_related = ["by"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the inputs of new limits; of a row of the history what it says."""
        return self.fields if obj is None else ["deepest_shown", "margin_shown", "reason", "by", "at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConflictLimits]:
        later = ConflictLimits.objects.filter(pk__gt=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_in_force=~Exists(later))

    def save_model(self, request: HttpRequest, obj: ConflictLimits, form: Any, change: bool) -> None:
        set_conflict_limits(obj, by=request.user, at=timezone.now())

    @admin.display(description=_("deepest reduction"))
    def deepest_shown(self, limits: ConflictLimits) -> str:
        return f"{plain_percent(limits.deepest_off_bp)} %"

    @admin.display(description=_("lowest margin"))
    def margin_shown(self, limits: ConflictLimits) -> str:
        return "–" if limits.least_margin_bp is None else f"{_signed(limits.least_margin_bp)} %"

    @admin.display(description=_("in force"), boolean=True)
    def standing(self, limits: ConflictLimits) -> bool:
        return limits.is_in_force


def _signed(rate_bp: int | None) -> str:
    if rate_bp is None:
        return ""
    return f"{'-' if rate_bp < 0 else ''}{plain_percent(abs(rate_bp))}"
