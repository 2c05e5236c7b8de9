"""Customers: looked up by service, tagged by hand; what orders have written is not edited."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import ModelAdmin

from campaigns.commands.customers import verify_phone
from campaigns.commands.tags import Setter, set_tags_of
from campaigns.forms.tag import CustomerForm
from campaigns.models import Customer, TagSource
from campaigns.sources import ask
from campaigns.wording import moment
from pricing.engine.errors import Refusal
from pricing.wording import say


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):
    form = CustomerForm
    list_display = ["code", "name", "level", "region", "phone", "orders_placed", "registered_at"]
    list_filter = ["level", "tags__tag"]
    search_fields = ["code", "name", "phone"]
    list_per_page = 50
    fields = [
        "code", ("name", "level"), ("phone", "region"), ("birth_month", "birth_day"), "user", "registered_at",
        "phone_verified_at", ("orders_placed", "first_paid_at"), "kept_tags", "tags_carried",
    ]  # fmt: skip
    readonly_fields = [
        "tags_carried",
        "code",
        "user",
        "registered_at",
        "phone_verified_at",
        "orders_placed",
        "first_paid_at",
    ]

    actions = ["verify_phones"]

    @admin.action(description=gettext_lazy("The phone numbers are verified"), permissions=["change"])
    def verify_phones(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        verified = 0
        for customer in queryset:
            try:
                verify_phone(customer_id=customer.pk, at=timezone.now())
                verified += 1
            except Refusal as refusal:
                messages.error(request, say(refusal))
        if verified:
            messages.success(request, gettext("Phone numbers verified: %(count)s.") % {"count": verified})

    def save_model(self, request: HttpRequest, obj: Customer, form: ModelForm, change: bool) -> None:
        """Write what was typed and no more: an order may count itself at the same moment."""
        changed = [name for name in form.changed_data if name != "kept_tags"]
        if "phone" in changed:
            obj.phone_verified_at = None  # what was verified is the old number
            changed.append("phone_verified_at")
        if "birth_month" in changed or "birth_day" in changed:
            obj.birthday_at = timezone.now()
            changed.append("birthday_at")
        obj.save(update_fields=changed)
        if "level" in changed:
            ask("level_changed", obj.pk)
        if "kept_tags" in form.changed_data:
            tag_ids = [tag.pk for tag in form.cleaned_data["kept_tags"]]
            set_tags_of(obj.pk, tag_ids, Setter(TagSource.HAND, request.user, timezone.now()))

    def get_fields(self, request: HttpRequest, obj: Customer | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        return fields if self.has_change_permission(request, obj) else [name for name in fields if name != "kept_tags"]

    @admin.display(description=gettext_lazy("Tags, set by whom"))
    def tags_carried(self, customer: Customer) -> str:
        rows = customer.tags.select_related("tag", "by")
        lines = ((row.tag, row.get_source_display(), row.by or "", moment(row.at)) for row in rows)
        return format_html_join(mark_safe("<br>"), "{} · {} {} · {}", lines) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False
