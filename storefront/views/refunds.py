"""Asking for money back in two steps: choose the units, then agree to the exact amount."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pricing.engine.errors import Refusal
from storefront.commands.refunds import RefundRequest, refund_quote, request_refund
from storefront.forms.refund import ConfirmForm, UnitsForm
from storefront.lifecycle import RefundState
from storefront.models import Order
from storefront.selectors.orders import OrderPage, order_page
from storefront.selectors.refund_quote import RefundQuote
from storefront.selectors.rewards import lost_coupons
from storefront.views.refusing import warn
from storefront.views.visitor import own_order
from storefront.wording import say

BAD_REQUEST, CONFLICT = 400, 409


@never_cache
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    if _asked_before(request, order):
        return redirect("storefront:order", number=number)
    shown = order_page(order)
    if not shown.refundable:
        messages.error(request, _("There is nothing in this order that can be returned."))
        return redirect("storefront:order", number=number)
    if request.method != "POST":
        return _choose(request, shown, UnitsForm(lines=shown.lines))
    form = UnitsForm(request.POST, lines=shown.lines)
    if not form.is_valid():
        return _choose(request, shown, form, status=BAD_REQUEST)
    return _confirm(request, order, form) if "key" in request.POST else _quote(request, shown, form)


def _asked_before(request: HttpRequest, order: Order) -> bool:
    """Whether this is the second click on the same request."""
    agreed = ConfirmForm(request.POST)
    return agreed.is_valid() and order.refunds.filter(request_key=agreed.cleaned_data["key"]).exists()


def _choose(request: HttpRequest, shown: OrderPage, form: UnitsForm, status: int = 200) -> HttpResponse:
    context = {"shown": shown, "order": shown.order, "form": form}
    return render(request, "storefront/refund_choose.html", context, status=status)


def _quote(request: HttpRequest, shown: OrderPage, form: UnitsForm, status: int = 200) -> HttpResponse:
    """Step two: the exact amount and what happens to the coupons, before anything is asked for."""
    try:
        quote = refund_quote(order=shown.order, units=form.units(), fault=form.cleaned_data["fault"])
    except Refusal as refusal:
        form.add_error(None, say(refusal))
        return _choose(request, shown, form, status=CONFLICT)
    context = {
        "order": shown.order,
        "form": form,
        "quote": quote,
        **_coupons(shown, quote),
        "key": uuid4(),
    }
    return render(request, "storefront/refund_confirm.html", context, status=status)


def _coupons(shown: OrderPage, quote: RefundQuote) -> dict[str, list[Any]]:
    """What happens to each coupon of the order: it comes back or stays used, or has expired or been lost meanwhile."""
    at = timezone.now()
    back = {coupon.pk: coupon.valid_until > at for coupon in quote.coupons_back}
    recalled = lost_coupons(back) if back else {}
    return {
        "coupons_back": [coupon for coupon in quote.coupons_back if back[coupon.pk] and coupon.pk not in recalled],
        "coupons_recalled": [coupon for coupon in quote.coupons_back if back[coupon.pk] and coupon.pk in recalled],
        "coupons_lost": [row for row in shown.discounts if back.get(row.coupon_id) is False],
        "coupons_used": [row for row in shown.discounts if row.coupon_id and row.coupon_id not in back],
    }


def _confirm(request: HttpRequest, order: Order, form: UnitsForm) -> HttpResponse:
    agreed = ConfirmForm(request.POST)
    if not agreed.is_valid():
        return _quote(request, order_page(order), form, status=BAD_REQUEST)
    wanted = RefundRequest(
        units=form.units(),
        key=agreed.cleaned_data["key"],
        reason=form.cleaned_data["reason"],
        fault=form.cleaned_data["fault"],
        shown_cents=agreed.cleaned_data["shown_cents"],
    )
    try:
        asked = request_refund(order_id=order.pk, request=wanted, at=timezone.now())
    except Refusal as refusal:
        warn(request, refusal)
        return _quote(request, order_page(order), form, status=CONFLICT)
    if asked.state == RefundState.APPROVED:
        messages.success(request, _("The refund is done: the money is on its way to you."))
    else:
        messages.success(request, _("We have your request and will answer soon."))
    return redirect("storefront:order", number=order.number)
