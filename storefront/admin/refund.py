"""Refunds: a service agent sees the exact figures and decides; the commands compute them again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pricing.engine.errors import Refusal
from storefront.admin.acting import Act, ActingAdmin
from storefront.commands.refunds import approve_refund, reject_refund
from storefront.lifecycle import RefundState
from storefront.models import Goods, Order, Refund
from storefront.selectors.refund_quote import RefundQuote, refund_quote, units_of
from storefront.templatetags.money import money


def _approve(request: HttpRequest, pk: int, note: str) -> None:
    approve_refund(refund_id=pk, by=request.user, note=note, at=timezone.now())


def _approve_lost(request: HttpRequest, pk: int, note: str) -> None:
    approve_refund(refund_id=pk, by=request.user, note=note, at=timezone.now(), goods=Goods.WRITTEN_OFF)


def _reject(request: HttpRequest, pk: int, note: str) -> None:
    reject_refund(refund_id=pk, by=request.user, note=note, at=timezone.now())


def _waits(refund: Refund) -> bool:
    return refund.state == RefundState.REQUESTED


def _quote_now(refund: Refund) -> RefundQuote | None:
    """Return what approving would pay; None where it would be refused, with the reason."""
    try:
        order = Order.objects.get(pk=refund.order_id)
        return refund_quote(order=order, units=units_of(refund), fault=refund.fault)
    except Refusal:
        return None


@admin.register(Refund)
class RefundAdmin(ActingAdmin):
    list_display = ["order", "customer", "amount", "state", "fault", "requested_at", "decided_by"]
    list_filter = ["state", "fault", ("requested_at", admin.DateFieldListFilter)]
    search_fields = ["order__number", "order__customer__code"]
    search_help_text = _("Search by order number or customer")
    ordering = ["-pk"]
    page_template = "storefront/admin/refund.html"
    acts = (
        Act(
            "approve",
            _("Approve, goods back on the shelf"),
            _("Pay this amount back? It cannot be undone. The goods are sold again."),
            "storefront.approve_refund",
            _approve,
            _waits,
            note_label=_("Remark (optional)"),
        ),
        Act(
            "approve-lost",
            _("Approve, goods written off"),
            _("Pay this amount back? It cannot be undone. The goods are not sold again."),
            "storefront.approve_refund",
            _approve_lost,
            _waits,
            note_label=_("Remark (optional)"),
        ),
        Act(
            "reject",
            _("Reject the refund"),
            _("Turn this request down? The shopper may ask again."),
            "storefront.approve_refund",
            _reject,
            _waits,
            note_label=_("Reason (needed; the shopper reads it)"),
            danger=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("order__customer", "decided_by").defer("order__document")

    def page_values(self, row: Refund) -> dict[str, Any]:
        """A request that waits shows what would be paid now: coupons of the order may have been used since."""
        quote = _quote_now(row) if _waits(row) else None
        return {
            "amount_cents": quote.amount_cents if quote else row.amount_cents,
            "rewards": quote.rewards if quote else (),
            "spares_rewards": quote.spares_rewards if quote else False,
            "deductions": row.deductions.select_related("reward__coupon__revision").order_by("pk"),
            "lines": row.lines.select_related("order_line").order_by("pk"),
            "shipping": row.shipping.select_related("order_shipping__shop").order_by("pk"),
            "reversals": row.reversals.select_related(
                "share__campaign_revision", "share__coupon__revision", "share__order_line"
            ).order_by("pk"),
        }

    @admin.display(description=_("customer"))
    def customer(self, refund: Refund) -> str:
        return str(refund.order.customer or _("guest"))

    @admin.display(description=_("amount"), ordering="amount_cents")
    def amount(self, refund: Refund) -> str:
        return money(refund.amount_cents, refund.order.currency)
