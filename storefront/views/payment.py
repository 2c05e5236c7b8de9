"""Paying: the shopper goes to the provider with a signed form, the provider's notice comes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pricing.engine.errors import Refusal
from storefront.commands.payment import start_payment, take_notice
from storefront.gateways import GATEWAYS
from storefront.lifecycle import OrderState
from storefront.models import Outcome
from storefront.views.refusing import only_sent, warn
from storefront.views.visitor import own_order

TEST_PROVIDER = "test"


@never_cache
@require_safe
def pay(request: HttpRequest, number: str) -> HttpResponse:
    order, at = own_order(request, number), timezone.now()
    if order.state != OrderState.AWAITING_PAYMENT:
        return redirect("storefront:order", number=number)
    try:
        instruction = start_payment(order_id=order.pk, at=at)
    except Refusal as refusal:
        warn(request, refusal)
        return redirect("storefront:order", number=number)
    return render(request, "storefront/pay.html", {"at": at, "order": order, "instruction": instruction})


@only_sent("storefront:pay", "number")
def payment_failed(request: HttpRequest, number: str) -> HttpResponse:
    """The test provider says no: nothing was charged, the order waits on."""
    own_order(request, number)
    messages.error(request, _("The payment failed. Nothing was charged; you can try again."))
    return redirect("storefront:pay", number=number)


@require_POST
def payment_notice(request: HttpRequest) -> HttpResponse:
    """The shopper comes back from the test provider with its signed notice."""
    at = timezone.now()
    try:
        notice = take_notice(notice=GATEWAYS[TEST_PROVIDER].read_notice(request.POST.dict()), at=at)
    except Refusal as refusal:
        warn(request, refusal)
        return redirect("storefront:orders")
    if notice.outcome == Outcome.PAID:
        messages.success(request, _("Thank you! Your payment has arrived."))
    else:
        messages.error(request, _explained(notice.outcome))
    return redirect("storefront:order", number=notice.order_number)


def _explained(outcome: str) -> str:
    return {
        Outcome.LATE: _("The payment came too late. The order is cancelled and your money has been sent back."),
        Outcome.PAID_TWICE: _("This order was paid already. The second payment has been sent back."),
        Outcome.WRONG_AMOUNT: _("The amount was not the one of the order. Your money has been sent back."),
    }.get(outcome, _("We do not know this order."))
