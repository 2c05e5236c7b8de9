"""The visitor's orders: list, one with its whole price breakdown, cancelling."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pricing.engine.errors import Refusal
from storefront.commands.cancelling import cancel_order
from storefront.forms.shelf import ShelfForm
from storefront.lifecycle import OrderState, RefundState
from storefront.models import Order
from storefront.selectors.orders import order_page, orders_of
from storefront.views.refusing import only_sent, warn
from storefront.views.visitor import GUEST_ORDERS, customer_in, own_order

ORDERS_PER_PAGE = 10
BY_SHOPPER = gettext_noop("cancelled by the shopper")


@never_cache
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    number = ShelfForm(request.GET).filters()["page"]
    page = Paginator(_orders_in(request), ORDERS_PER_PAGE).get_page(number)
    return render(request, "storefront/orders.html", {"at": timezone.now(), "page": page})


def _orders_in(request: HttpRequest) -> QuerySet[Order]:
    customer = customer_in(request)
    if customer is not None:
        return orders_of(customer)
    own = Order.objects.filter(number__in=request.session.get(GUEST_ORDERS, []), customer=None)
    return own.prefetch_related("lines__sku__product")


@never_cache
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    shown = order_page(own_order(request, number))
    context = {
        "at": timezone.now(),
        "shown": shown,
        "order": shown.order,
        "fees_cents": sum(row.fee_cents for row in shown.shipping),
        "waiting_refund": next((row for row in shown.refunds if row.state == RefundState.REQUESTED), None),
        "payable": shown.order.state == OrderState.AWAITING_PAYMENT and shown.order.pay_by > timezone.now(),
    }
    return render(request, "storefront/order.html", context)


@only_sent("storefront:order", "number")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    found = own_order(request, number)
    by = request.user if request.user.is_authenticated else None
    try:
        cancel_order(order_id=found.pk, by=by, reason=BY_SHOPPER, at=timezone.now())
        messages.success(request, _("The order is cancelled. Coupons and reserved goods are free again."))
    except Refusal as refusal:
        warn(request, refusal)
    return redirect("storefront:order", number=number)
