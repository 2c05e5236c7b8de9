"""What payment providers told us, to look up where money went."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from storefront.models import PaymentNotice
from storefront.templatetags.money import money


@admin.register(PaymentNotice)
class PaymentNoticeAdmin(ModelAdmin):
    list_display = ["received_at", "provider", "order_number", "amount", "outcome", "event"]
    list_filter = ["outcome", "provider"]
    search_fields = ["order_number", "event"]
    list_per_page = 50
    fields = ["provider", "event", "order_number", "amount", "outcome", "received_at"]
    readonly_fields = fields
    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PaymentNotice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PaymentNotice | None = None) -> bool:
        return False

    @admin.display(description=_("amount"), ordering="amount_cents")
    def amount(self, notice: PaymentNotice) -> str:
        return money(notice.amount_cents)
