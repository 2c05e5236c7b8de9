"""Orders with their whole price breakdown; nothing of it can be edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront.admin.acting import Act, ActingAdmin
from storefront.commands.cancelling import cancel_order
from storefront.lifecycle import OrderState
from storefront.models import Order
from storefront.selectors.order_sheet import order_sheet
from storefront.templatetags.money import money


def _cancel(request: HttpRequest, pk: int, note: str) -> None:
    cancel_order(order_id=pk, by=request.user, reason=note, at=timezone.now())


@admin.register(Order)
class OrderAdmin(ActingAdmin):
    list_display = ["number", "customer", "placed_at", "state", "total", "refunded", "source"]
    list_filter = ["state", "source", ("placed_at", admin.DateFieldListFilter)]
    search_fields = ["number", "customer__code", "customer__name", "customer__phone"]
    search_help_text = _("Search by order number or customer")
    show_full_result_count = False
    page_template = "storefront/admin/order.html"
    acts = (
        Act(
            "cancel",
            _("Cancel the order"),
            _("Cancel this order? Everything that it holds is given back."),
            "storefront.cancel_order",
            _cancel,
            lambda order: order.state == OrderState.AWAITING_PAYMENT,
            note_label=_("Reason (the shopper reads it)"),
            danger=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("customer").defer("document")

    def page_values(self, row: Order) -> dict[str, Any]:
        return {"sheet": order_sheet(row)}

    @admin.display(description=_("total"), ordering="total_cents")
    def total(self, order: Order) -> str:
        return money(order.total_cents, order.currency)

    @admin.display(description=_("refunded"), ordering="refunded_cents")
    def refunded(self, order: Order) -> str:
        return money(order.refunded_cents, order.currency) if order.refunded_cents else "–"
