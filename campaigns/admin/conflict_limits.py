"""The limits of the conflict report: one row, which is changed and never added or deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from campaigns.models import ConflictLimits
from pricing.wording import plain_percent

FIRST = 1


class LimitsForm(forms.ModelForm):
    """Rates are typed as percentages."""

    deepest = forms.DecimalField(
        label=_("Deepest reduction (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("Of the list price, with everything that combines. Deeper ones need a second approver."),
    )
    margin = forms.DecimalField(
        label=_("Lowest margin (%)"),
        required=False,
        min_value=-100,
        max_value=99,
        decimal_places=2,
        help_text=_("Of what is left of the price; empty = only what falls below cost counts."),
    )

    class Meta:
        model = ConflictLimits
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["deepest"] = plain_percent(self.instance.deepest_off_bp)
        margin = self.instance.least_margin_bp
        if margin is not None:
            self.initial["margin"] = f"{'-' if margin < 0 else ''}{plain_percent(abs(margin))}"

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
    fields = ["deepest", "margin"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row: its page is the list."""
        ConflictLimits.objects.get_or_create(pk=FIRST)
        return self.change_view(request, str(FIRST), extra_context=extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
