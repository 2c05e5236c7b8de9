"""The front page: what runs today, what comes, coupons to claim, goods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import CampaignRevision, Customer
from campaigns.selectors.running import announced_revisions, running_revisions
from coupons.models import Position
from coupons.selectors.claimable import Claimable, claimable_in
from pricing.engine.layers import Layer
from storefront.as_if import announced_as_if, running_as_if
from storefront.price_tags import OPEN_POSITIONS, Offered
from storefront.selectors.promo_page import skus_in_campaign
from storefront.ticket_words import tickets_in_words
from storefront.views.cards import Card, cards_of, products_of, products_on_sale
from storefront.views.clock import now_in
from storefront.views.popup import popups_among
from storefront.views.visitor import customer_in

MOST_BANNERS = 6
MOST_TICKETS = 6
RAIL_CARDS = 10
HOME_CARDS = 16
ASKED_AT = (Position.HOME, Position.HOME_POPUP, *OPEN_POSITIONS)


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    at, customer = now_in(request), customer_in(request)
    running, announced = running_as_if(running_revisions(at), at), announced_as_if(announced_revisions(at), at)
    flash, offered = _flash(running), claimable_in(ASKED_AT, customer=customer, at=at)
    context = {
        "at": at,
        "running": running[:MOST_BANNERS],
        "announced": announced[:MOST_BANNERS],
        "flash": flash,
        **_tickets(offered[Position.HOME], customer, at),
        "has_popup": bool(popups_among(offered[Position.HOME_POPUP])),
        **_shelves(flash, offered, customer, at),
    }
    return render(request, "storefront/home.html", context)


def _tickets(found: Sequence[Claimable], customer: Customer | None, at: datetime) -> dict[str, Any]:
    """Coupons to claim now or soon, or to use: nothing meant for other customers, nothing that is over for this one."""
    shown = tickets_in_words(found, customer=customer, at=at)
    here = [
        ticket
        for ticket in found
        if ticket.status != "not_for_you" and not shown["abouts"][ticket.claim_campaign.pk].is_past
    ]
    return {**shown, "tickets": here[:MOST_TICKETS]}


def _flash(running: list[CampaignRevision]) -> CampaignRevision | None:
    """The campaign on single goods that ends first."""
    on_goods = [revision for revision in running if revision.layer == Layer.ITEM.value]
    return min(on_goods, key=lambda revision: revision.ends_at, default=None)


def _shelves(
    flash: CampaignRevision | None, offered: Offered, customer: Customer | None, at: datetime
) -> dict[str, list[Card]]:
    """The goods of the flash sale and the new ones, priced together: a product may stand on both shelves."""
    on_sale = list(products_of(skus_in_campaign(flash))[:RAIL_CARDS]) if flash else []
    new = list(products_on_sale().order_by("-created_at", "-pk")[:HOME_CARDS])
    cards = cards_of({*on_sale, *new}, customer=customer, at=at, offered=offered)
    by_product = {card.product.pk: card for card in cards}
    return {
        "flash_cards": [by_product[product.pk] for product in on_sale if product.pk in by_product],
        "cards": [by_product[product.pk] for product in new if product.pk in by_product],
    }
