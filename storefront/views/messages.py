"""Messages of the shop to a shopper, and what a shopper wants to hear."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.commands.shopper_messages import read_messages, set_contact_wish
from campaigns.models import ShopperMessage
from campaigns.selectors.reach import messages_of
from coupons.commands.reminding import SOURCE as COUPON_REMINDER
from coupons.commands.reminding import set_reminder_wish
from storefront.views.refusing import ask_to_sign_in, only_sent
from storefront.views.visitor import customer_in

ON_A_PAGE = 20


@never_cache
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """Show the newest messages. Looking at the list marks nothing as read."""
    customer = customer_in(request)
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:messages"))
    page = Paginator(messages_of(customer), ON_A_PAGE).get_page(request.GET.get("page"))
    for message in page:
        message.is_about_coupons = _is_about_coupons(message)
    return render(request, "storefront/messages.html", {"page": page})


@only_sent("storefront:messages")
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read, and lead to what it is about."""
    customer = customer_in(request)
    message = messages_of(customer).filter(pk=pk).first() if customer else None
    if message is None:
        raise Http404
    read_messages(customer=customer, at=timezone.now(), message_id=message.pk)
    if _is_about_coupons(message):
        return redirect("storefront:wallet")
    if message.campaign_id is None:
        return redirect("storefront:messages")
    return redirect("storefront:campaign", message.campaign_id)


def _is_about_coupons(message: ShopperMessage) -> bool:
    return message.source.startswith(f"{COUPON_REMINDER}:")


@only_sent("storefront:messages")
def read_all(request: HttpRequest) -> HttpResponse:
    customer = customer_in(request)
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:messages"))
    read_messages(customer=customer, at=timezone.now())
    return redirect("storefront:messages")


@only_sent("storefront:account")
def contact(request: HttpRequest) -> HttpResponse:
    """Keep what the shopper wants to hear of promotions."""
    customer = customer_in(request)
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:account"))
    set_contact_wish(customer=customer, in_site="in_site" in request.POST, email="email" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("storefront:account")


@only_sent("storefront:account")
def reminders(request: HttpRequest) -> HttpResponse:
    """Keep whether the shopper wants to be reminded of coupons."""
    customer = customer_in(request)
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:account"))
    set_reminder_wish(customer=customer, in_site="remind_in_site" in request.POST, email="remind_email" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("storefront:account")
