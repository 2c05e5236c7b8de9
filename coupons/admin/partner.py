"""Partner channels: the managed list of those through whom customers come to claim."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from coupons.models import Partner


@admin.register(Partner)
class PartnerAdmin(ModelAdmin):
    list_display = ["code", "name", "name_zh", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["is_active"]
    search_fields = ["code", "name", "name_zh"]
    fields = ["code", "name", "name_zh", "is_active"]
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []  # it stands in links that are out, and with coupons

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
