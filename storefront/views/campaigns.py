"""The page of one campaign: period, rules, goods that take part, how far the cart is."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coupons.models import Position
from coupons.selectors.claimable import claimable_in
from storefront.forms.shelf import ShelfForm
from storefront.price_tags import OPEN_POSITIONS
from storefront.quoting import price_cart_row
from storefront.selectors.promo_page import progress, promo_page, skus_in_campaign
from storefront.ticket_words import tickets_in_words
from storefront.views.cards import matching, products_of, shelf_of
from storefront.views.clock import now_in
from storefront.views.visitor import cart_if_any, customer_in


@never_cache
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    at, customer = now_in(request), customer_in(request)
    promo = promo_page(campaign_id=pk, at=at)
    if promo is None:
        raise Http404
    filters = ShelfForm(request.GET).filters()
    found = matching(products_of(skus_in_campaign(promo.revision)), filters["q"])
    offered = claimable_in((Position.CAMPAIGN, *OPEN_POSITIONS), customer=customer, at=at)
    context = {
        "at": at,
        "promo": promo,
        "filters": filters,
        "shelf": shelf_of(found, filters=filters, customer=customer, at=at, offered=offered),
        "gain": _gain(request, pk, at),
        **tickets_in_words(offered[Position.CAMPAIGN], customer=customer, at=at),
    }
    return render(request, "storefront/campaign.html", context)


def _gain(request: HttpRequest, campaign_id: int, at: datetime) -> object | None:
    """What the visitor's cart lacks for the next tier."""
    cart = cart_if_any(request)
    return progress(price_cart_row(cart=cart, at=at), campaign_id) if cart else None
