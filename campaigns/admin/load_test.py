"""Load tests on record: entered by approvers, never changed."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.models import LoadTest


class LoadTestForm(ModelForm):
    def clean_tested_at(self) -> datetime:
        tested_at: datetime = self.cleaned_data["tested_at"]
        if tested_at > timezone.now():
            raise ValidationError(gettext("Only a test that is over can be recorded."))
        return tested_at


@admin.register(LoadTest)
class LoadTestAdmin(ModelAdmin):
    form = LoadTestForm
    list_display = ["tested_at", "skus_per_minute", "requests_per_second", "orders_per_second", "notes", "by"]
    list_per_page = 50
    fields = ["tested_at", "skus_per_minute", ("requests_per_second", "orders_per_second"), "notes"]
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LoadTest, form: ModelForm, change: bool) -> None:
        obj.by, obj.at = request.user, timezone.now()
        super().save_model(request, obj, form, change)
