"""The coupon centre, and claiming a coupon wherever it is shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from coupons.commands.claiming import claim_coupon
from coupons.models import Position
from coupons.selectors.claimable import claimable, claimable_at
from coupons.selectors.lotteries import shown_lotteries
from pricing.engine.errors import Refusal
from storefront.devices import origin_in
from storefront.forms.coupons import ClaimForm
from storefront.ticket_words import ticket_in_words, tickets_in_words
from storefront.views.clock import now_in
from storefront.views.refusing import ask_to_sign_in, back_to, first_error, only_sent
from storefront.views.visitor import customer_in
from storefront.wording import say


@never_cache
@require_safe
def coupon_centre(request: HttpRequest) -> HttpResponse:
    at = now_in(request)
    customer = customer_in(request)
    tickets = claimable(customer=customer, position=Position.COUPON_CENTRE, at=at)
    shown = tickets_in_words(tickets, customer=customer, at=at)
    # What is over stands below what is still to come.
    shown["tickets"].sort(key=lambda ticket: shown["abouts"][ticket.claim_campaign.pk].is_past)
    context = {"at": at, "lotteries": shown_lotteries(at=at), **shown}
    return render(request, "storefront/coupons.html", context)


@only_sent("storefront:coupons")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim one coupon; the form says its number, so that a double click claims once, and the place where it stands."""
    centre, customer = reverse("storefront:coupons"), customer_in(request)
    if customer is None:
        return ask_to_sign_in(request, request.POST.get("next") or centre)
    form, at = ClaimForm(request.POST, claim_campaign_id=pk), timezone.now()
    trouble = "" if form.is_valid() else first_error(form)
    # Never a place that was only sent: who names a private one would see what hangs there.
    place = form.cleaned_data.get("place", "")
    if not trouble:
        seq = form.cleaned_data["seq"]
        try:
            origin = origin_in(request, at=at)
            claim_coupon(claim_campaign_id=pk, customer_id=customer.pk, seq=seq, at=at, origin=origin, place=place)
        except Refusal as refusal:
            trouble = say(refusal)
    ticket = claimable_at(pk, place=place, customer=customer, at=at) if request.htmx else None
    if ticket:
        sent = {"position": request.POST.get("position", ""), "channel": request.POST.get("channel", "")}
        shown = ticket_in_words(ticket, customer=customer, at=at)
        context = {"at": at, "trouble": trouble, **shown, **sent}
        response = render(request, "storefront/parts/ticket.html", context)
        return response if trouble else trigger_client_event(response, "coupon-claimed")
    if trouble:
        messages.error(request, trouble)
    else:
        messages.success(request, _("Claimed. The coupon is in your wallet."))
    return back_to(request, centre)
