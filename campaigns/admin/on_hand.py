"""The stock of SKUs: what is in the house, who holds it, what moved it, and the acts that move it by hand."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from campaigns.admin.table_import import TableViews
from campaigns.commands.stock_taking import take_stock_of
from campaigns.forms import stock_keeping as forms
from campaigns.selectors.on_hand import holdings_of, reserved_by_sku
from pricing.commands import stock_keeping
from pricing.commands.on_hand import Act
from pricing.engine.errors import Refusal
from pricing.models import OnHandStock, Sku, StockMovement
from pricing.selectors.on_hand import free_of
from pricing.wording import say

SHOWN_MOVEMENTS = 50
MAY_MOVE = "pricing.move_onhandstock"
Booking = Callable[..., object]
BOOKINGS: dict[str, Booking] = {
    forms.RECEIVE: stock_keeping.receive,
    forms.CORRECT: stock_keeping.correct,
    forms.WRITE_OFF: stock_keeping.write_off,
    forms.BEGIN: stock_keeping.begin_counting,
    forms.TAKE_STOCK: lambda *, units, **named: take_stock_of(found=units, **named),
    forms.END: lambda *, units, **named: stock_keeping.end_counting(**named),
}


class ReadOnlyAdmin(ModelAdmin):
    """Rows that nobody edits in a form."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FreeFilter(admin.SimpleListFilter):
    title = _("free pieces")
    parameter_name = "free"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("none")), ("few", _("10 or fewer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        most = {"none": 0, "few": 10}.get(self.value() or "")
        return queryset if most is None else queryset.filter(free__lte=most)


@admin.register(OnHandStock)
class OnHandStockAdmin(TableViews, ReadOnlyAdmin):
    """SKUs that are counted. The page of a row is the page of its SKU, also of one that is not counted."""

    list_display = ["code", "name", "house", "reserved", "free"]
    list_display_links = ["code"]
    list_filter = [FreeFilter, "sku__product__shop"]
    list_select_related = ["sku__product"]
    search_fields = ["sku__code", "sku__product__name", "sku__product__name_zh"]
    search_help_text = _("Search by code or name")
    list_before_template = "campaigns/admin/stock_list.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put what is reserved on all rows of the page: two queries."""
        changelist = super().get_changelist_instance(request)
        reserved = reserved_by_sku([stock.pk for stock in changelist.result_list])
        for stock in changelist.result_list:
            stock.reserved_units = reserved[stock.pk]
        return changelist

    @admin.display(description=_("SKU"), ordering="sku__code")
    def code(self, stock: OnHandStock) -> str:
        return stock.sku.code

    @admin.display(description=_("name"))
    def name(self, stock: OnHandStock) -> str:
        return stock.sku.local_name

    @admin.display(description=_("in the house"))
    def house(self, stock: OnHandStock) -> int:
        return stock.free + stock.reserved_units

    @admin.display(description=_("reserved"))
    def reserved(self, stock: OnHandStock) -> str:
        return str(stock.reserved_units or "–")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        sku = _sku(object_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._book(request, sku)
        return self._page(request, sku, _form(sku))

    def _book(self, request: HttpRequest, sku: Sku) -> HttpResponse:
        if not request.user.has_perm(MAY_MOVE):
            raise PermissionDenied
        form = _form(sku, request.POST)
        if not form.is_valid():
            return self._page(request, sku, form)
        sent = form.cleaned_data
        act = Act(at=timezone.now(), by=request.user, reason=sent["reason"].strip())
        try:
            BOOKINGS[sent["act"]](sku_id=sku.pk, units=sent["units"], source=f"by-hand:{sent['key']}", act=act)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
            return self._page(request, sku, form)
        messages.success(request, gettext("The movement is booked."))
        return HttpResponseRedirect(reverse("admin:pricing_onhandstock_change", args=[sku.pk]))

    def _page(self, request: HttpRequest, sku: Sku, form: forms.StockForm) -> HttpResponse:
        free, holdings = free_of(sku), holdings_of(sku.pk)
        held = sum(holding.units for holding in holdings)
        movements = StockMovement.objects.filter(sku=sku).select_related("by")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(sku),
            "media": self.media + form.media,
            "sku": sku,
            "free": free,
            "held": held,
            "house": None if free is None else free + held,
            "holdings": holdings,
            "movements": movements[:SHOWN_MOVEMENTS],
            "form": form if request.user.has_perm(MAY_MOVE) else None,
        }
        return render(request, "campaigns/admin/stock.html", context)


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["at", "sku_code", "kind", "units", "free_units", "source", "reason", "by"]
    list_display_links = None
    list_filter = ["kind", ("at", admin.DateFieldListFilter)]
    list_select_related = ["sku__product", "by"]
    search_fields = ["sku__code", "=source", "reason"]
    search_help_text = _("Search by SKU code or source")
    show_full_result_count = False

    @admin.display(description=_("SKU"), ordering="sku__code")
    def sku_code(self, movement: StockMovement) -> str:
        return movement.sku.code


def _form(sku: Sku, data: Any = None) -> forms.StockForm:
    return forms.StockForm(data, is_counted=free_of(sku) is not None)


def _sku(object_id: str) -> Sku:
    known = Sku.objects.select_related("product", "on_hand")
    found = known.filter(pk=object_id).first() if object_id.isascii() and object_id.isdigit() else None
    if found is None:
        raise Http404
    return found
