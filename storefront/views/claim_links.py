"""Addresses outside the pages of the shop: links of partner channels, and private links. Looking claims nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.models import Customer
from coupons.commands.claiming import claim_by_link
from coupons.links import read_channel, read_link
from coupons.models import Position
from coupons.places import LINK, partner_place
from coupons.refusals import LinkRefused
from coupons.selectors.claim_links import check_link, is_active_partner
from coupons.selectors.claimable import claimable_at
from pricing.engine.errors import Refusal
from storefront.devices import origin_in
from storefront.ticket_words import ticket_in_words
from storefront.views.clock import now_in
from storefront.views.refusing import ask_to_sign_in
from storefront.views.visitor import customer_in
from storefront.wording import say

PAGE = "storefront/claim.html"


@require_safe
def channel(request: HttpRequest, token: str) -> HttpResponse:
    """Show the coupon of a partner's link; the claim is the usual one and says the channel."""
    said, at, customer = read_channel(token), now_in(request), customer_in(request)
    ticket = None
    if said is not None and is_active_partner(said[1]):
        ticket = claimable_at(said[0], place=partner_place(said[1]), customer=customer, at=at)
    if ticket is None:
        trouble = _("There is nothing to claim here any more.")
        return render(request, PAGE, {"trouble_of_page": trouble}, status=404)
    shown = ticket_in_words(ticket, customer=customer, at=at)
    return render(request, PAGE, {"at": at, "position": Position.PARTNER.value, "channel": token, **shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def private_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the coupon of a private link, and claim it with the button: opening the link changes nothing."""
    customer = customer_in(request)
    try:
        if request.method == "POST":
            return _claimed(request, token, customer)
        return _shown(request, token, customer)
    except LinkRefused as refusal:
        return render(request, PAGE, {"trouble_of_page": say(refusal)}, status=404)


def _claimed(request: HttpRequest, token: str, customer: Customer | None) -> HttpResponse:
    link, at = read_link(token), timezone.now()
    check_link(link, customer_id=customer and customer.pk, at=at)
    if customer is None:
        return ask_to_sign_in(request, request.path)
    try:
        claim_by_link(link=link, customer_id=customer.pk, at=at, origin=origin_in(request, at=at))
    except LinkRefused:
        raise
    except Refusal as refusal:
        return _shown(request, token, customer, trouble=say(refusal))
    messages.success(request, _("Claimed. The coupon is in your wallet."))
    return redirect("storefront:wallet")


def _shown(request: HttpRequest, token: str, customer: Customer | None, *, trouble: str = "") -> HttpResponse:
    link, at = read_link(token), now_in(request)
    check_link(link, customer_id=customer and customer.pk, at=at)
    ticket = claimable_at(link.claim_campaign_id, place=LINK, customer=customer, at=at)
    if ticket is None:
        over = trouble or _("There is nothing to claim here any more.")
        return render(request, PAGE, {"trouble_of_page": over}, status=404)
    shown = ticket_in_words(ticket, customer=customer, at=at)
    return render(request, PAGE, {"at": at, "trouble": trouble, "claim_url": request.path, **shown})
