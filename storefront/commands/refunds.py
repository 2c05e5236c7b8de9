"""Giving money back: asked for with the exact amount, decided once, written as reversing entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from pricing.engine.messages import N_
from pricing.transactions import command
from storefront.commands.moving import lock_order
from storefront.commands.refund_writing import carry_out
from storefront.lifecycle import REFUND_MOVES, RefundState
from storefront.models import Fault, Goods, Order, Refund, RefundLine, RefundShipping
from storefront.refusals import CannotRefund, KeyReused, RefundChanged
from storefront.selectors.refund_quote import RefundQuote, refund_quote, units_of
from storefront.selectors.repricing import is_repriced

__all__ = ["RefundRequest", "approve_refund", "refund_quote", "reject_refund", "request_refund"]


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Units by order line id, why, and the amount that the shopper was shown; `key` makes a double click one."""

    units: Mapping[int, int]
    key: UUID
    shown_cents: int
    reason: str = ""
    fault: str = Fault.SHOPPER

    @property
    def wanted(self) -> dict[int, int]:
        return {line_id: count for line_id, count in self.units.items() if count}


@dataclass(frozen=True, slots=True)
class Decided:
    """When a refund was decided, by whom (nobody: at once), why, and where its goods go."""

    at: datetime
    by: Any = None
    note: str = ""
    goods: str = Goods.SHELF


@command
def request_refund(*, order_id: int, request: RefundRequest, at: datetime) -> Refund:
    """Ask for money back; small amounts (settings.REFUND_SELF_SERVICE_CENTS) are approved at once.

    Safe to repeat: the same key with the same request returns the same refund. Raises CannotRefund,
    ReturnsTooMany, RefundChanged (another amount than shown), KeyReused; then nothing was written.
    """
    order = lock_order(order_id)
    if twin := Refund.objects.filter(order=order, request_key=request.key).first():
        return _repeated(twin, request)
    _check(order, request)
    quote = refund_quote(order=order, units=request.wanted, fault=request.fault)
    if quote.amount_cents != request.shown_cents:
        raise _changed(quote)
    refund = _write(order, request, quote, at)
    if _may_be_paid_at_once(order, refund, quote):
        return _approve(order, refund, quote, Decided(at, goods=_unseen_goods(request.fault)))
    return refund


@command
def approve_refund(*, refund_id: int, by: Any, note: str = "", at: datetime, goods: str = Goods.SHELF) -> Refund:
    """Pay a waiting refund out; `goods` says whether they are sold again. Raises CannotRefund if it is decided already.

    The amount is computed again under the order's lock; should goods or shipping differ, RefundChanged and nothing is
    paid. What spent coupons take off is what it is now: the shopper has been told that using them lowers the refund.
    """
    order, refund = _lock(refund_id)
    quote = refund_quote(order=order, units=units_of(refund), fault=refund.fault)
    if (quote.goods_cents, quote.shipping_cents) != (refund.goods_cents, refund.shipping_cents):
        raise _changed(quote)
    _deduct(refund, quote)
    return _approve(order, refund, quote, Decided(at, by, note, goods))


@command
def reject_refund(*, refund_id: int, by: Any, note: str, at: datetime) -> Refund:
    """Say no, with a reason that the shopper reads. Nothing else changes."""
    if not note.strip():
        raise CannotRefund(N_("Say why, the shopper will read it."), field="note")
    _, refund = _lock(refund_id)
    return _decide(refund, "reject", Decided(at, by, note))


def _check(order: Order, request: RefundRequest) -> None:
    if request.fault not in Fault.values:
        raise CannotRefund(N_("Say who is at fault."), field="fault")
    if len(request.reason) > Refund._meta.get_field("reason").max_length:
        raise CannotRefund(N_("The reason is too long."), field="reason")
    if Refund.objects.filter(order=order, state=RefundState.REQUESTED).exists():
        raise CannotRefund(N_("Another request of this order is waiting for its decision."), field="order")


def _may_be_paid_at_once(order: Order, refund: Refund, quote: RefundQuote) -> bool:
    """Small amounts, unless somebody should look: above the goods' list price, or a word that saves something."""
    list_cents = sum(row.line.list_cents * row.units for row in quote.lines)
    if not 0 < refund.amount_cents <= settings.REFUND_SELF_SERVICE_CENTS or quote.goods_cents > list_cents:
        return False
    if quote.spares_rewards:
        return False
    return refund.fault != Fault.SELLER or quote.is_full or not is_repriced(order, quote.shares)


def _repeated(twin: Refund, request: RefundRequest) -> Refund:
    if units_of(twin) != request.wanted or (twin.shown_cents, twin.fault) != (request.shown_cents, request.fault):
        raise KeyReused(N_("This request was sent before with other contents."), field="key")
    return twin


def _write(order: Order, request: RefundRequest, quote: RefundQuote, at: datetime) -> Refund:
    refund = Refund.objects.create(
        order=order,
        request_key=request.key,
        fault=request.fault,
        reason=request.reason,
        goods_cents=quote.goods_cents,
        shipping_cents=quote.shipping_cents,
        deducted_cents=quote.deducted_cents,
        amount_cents=quote.amount_cents,
        shown_cents=request.shown_cents,
        repriced=quote.repriced,
        not_collected_cents=quote.not_collected_cents,
        requested_at=at,
    )
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, order_line=row.line, units=row.units, amount_cents=row.amount_cents)
        for row in quote.lines
    )
    RefundShipping.objects.bulk_create(
        RefundShipping(refund=refund, order_shipping=row.order_shipping, amount_cents=row.amount_cents)
        for row in quote.shipping
    )
    return refund


def _lock(refund_id: int) -> tuple[Order, Refund]:
    """The order's lock guards its refunds too. Raises CannotRefund for one that waits no more."""
    order_id = Refund.objects.values_list("order", flat=True).get(pk=refund_id)
    order = lock_order(order_id)
    refund = Refund.objects.get(pk=refund_id)
    if refund.state != RefundState.REQUESTED:
        raise _decided()
    return order, refund


def _unseen_goods(fault: str) -> str:
    """Nobody looks at the goods of a small refund: what is said to be wrong or damaged is not sold again."""
    return Goods.WRITTEN_OFF if fault == Fault.SELLER else Goods.SHELF


def _approve(order: Order, refund: Refund, quote: RefundQuote, decided: Decided) -> Refund:
    approved = _decide(refund, "approve", decided)
    carry_out(order, approved, quote, at=decided.at)
    return approved


def _deduct(refund: Refund, quote: RefundQuote) -> None:
    refund.deducted_cents, refund.amount_cents = quote.deducted_cents, quote.amount_cents
    refund.save(update_fields=["deducted_cents", "amount_cents"])


def _decide(refund: Refund, move: str, decided: Decided) -> Refund:
    sources, target = REFUND_MOVES[move]
    waiting = Refund.objects.filter(pk=refund.pk, state__in=sources)
    decision = {
        "state": target,
        "decided_at": decided.at,
        "decided_by": decided.by,
        "decision_note": decided.note,
        "goods": decided.goods,
    }
    if not waiting.update(**decision):
        raise _decided()
    for name, value in decision.items():
        setattr(refund, name, value)
    return refund


def _decided() -> CannotRefund:
    return CannotRefund(N_("This request has been decided already."), field="refund")


def _changed(quote: RefundQuote) -> RefundChanged:
    return RefundChanged(
        N_("The amount is %(amount_cents)s now. Please check it again."),
        field="shown_cents",
        amount_cents=quote.amount_cents,
    )
