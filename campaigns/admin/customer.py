"""Customers: looked up by service; what orders have written is not edited by hand."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from campaigns.models import Customer


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):
    list_display = ["code", "name", "level", "region", "phone", "orders_placed", "registered_at"]
    list_filter = ["level"]
    search_fields = ["code", "name", "phone"]
    list_per_page = 50
    fields = [
        "code", ("name", "level"), ("phone", "region"), "user", "registered_at", "phone_verified_at",
        ("orders_placed", "first_paid_at"),
    ]  # fmt: skip
    readonly_fields = ["code", "user", "registered_at", "phone_verified_at", "orders_placed", "first_paid_at"]

    def save_model(self, request: HttpRequest, obj: Customer, form: ModelForm, change: bool) -> None:
        """Write what was typed and no more: an order may count itself at the same moment."""
        changed = list(form.changed_data)
        if "phone" in changed:
            obj.phone_verified_at = None  # what was verified is the old number
            changed.append("phone_verified_at")
        obj.save(update_fields=changed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False
