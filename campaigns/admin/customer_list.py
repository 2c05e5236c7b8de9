"""Imported lists of customers: a file becomes a list, whole or not at all; lists never change."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from campaigns.admin.tag import import_page
from campaigns.commands.customer_lists import import_list
from campaigns.forms.customer_import import ListForm
from campaigns.models import CustomerList


@admin.register(CustomerList)
class CustomerListAdmin(ModelAdmin):
    list_display = ["name", "size", "age", "imported_by", "imported_at"]
    search_fields = ["name", "note"]
    list_per_page = 50
    fields = ["name", "note", "size", "imported_by", "imported_at"]
    readonly_fields = ["name", "note", "size", "imported_by", "imported_at"]

    @admin.display(description=gettext_lazy("age"), ordering="-imported_at")
    def age(self, row: CustomerList) -> str:
        return timesince(row.imported_at, timezone.now(), depth=1)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            made = import_list(
                name=said["name"],
                note=said["note"],
                customer_ids=form.customer_ids,
                by=request.user,
                at=timezone.now(),
            )
            self.log_addition(request, made, [{"added": {}}])
            repeated = len(form.rows) - made.size
            text = _("%(list)s: %(size)s customers. Rows that named a customer again: %(repeated)s.")
            messages.success(request, text % {"list": made, "size": made.size, "repeated": repeated})
            return HttpResponseRedirect(reverse("admin:campaigns_customerlist_changelist"))
        return import_page(self, request, form, title=_("Import a list of customers"))
