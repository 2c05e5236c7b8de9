"""The front page: what runs today, what comes, coupons to claim, goods."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models import CampaignRevision, Customer
from campaigns.selectors.running import announced_revisions, running_revisions
from coupons.models import Position
from coupons.selectors.claimable import Claimable, claimable
from pricing.engine.layers import Layer
from storefront.as_if import announced_as_if, running_as_if
from storefront.selectors.promo_page import skus_in_campaign
from storefront.ticket_words import TicketWords, tickets_in_words
from storefront.views.cards import Card, cards_of, products_of, products_on_sale
from storefront.views.clock import now_in
from storefront.views.popup import popups
from storefront.views.visitor import customer_in

MOST_BANNERS = 6
MOST_TICKETS = 6
RAIL_CARDS = 10
HOME_CARDS = 16


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    at, customer = now_in(request), customer_in(request)
    running, announced = running_as_if(running_revisions(at), at), announced_as_if(announced_revisions(at), at)
    flash = _flash(running)
    context = {
        "at": at,
        "running": running[:MOST_BANNERS],
        "announced": announced[:MOST_BANNERS],
        "flash": flash,
        "flash_cards": _flash_cards(flash, customer, at) if flash else [],
        **_tickets(customer, at),
        "has_popup": bool(popups(customer, at)),
        "cards": cards_of(products_on_sale().order_by("-created_at", "-pk")[:HOME_CARDS], customer=customer, at=at),
    }
    return render(request, "storefront/home.html", context)


def _tickets(customer: Customer | None, at: datetime) -> dict[str, Any]:
    """Coupons to claim now or soon, or to use: nothing meant for other customers, nothing that is over for this one."""
    found = claimable(customer=customer, position=Position.HOME, at=at)
    shown = tickets_in_words(found, customer=customer, at=at)
    here = [ticket for ticket in found if ticket.status != "not_for_you" and not _is_past(ticket, shown["abouts"])]
    return {**shown, "tickets": here[:MOST_TICKETS]}


def _is_past(ticket: Claimable, abouts: Mapping[int, TicketWords]) -> bool:
    """Whether it was claimed and the coupon cannot be used any more."""
    return abouts[ticket.claim_campaign.pk].drawer in ("used", "expired", "recalled")


def _flash(running: list[CampaignRevision]) -> CampaignRevision | None:
    """The campaign on single goods that ends first."""
    on_goods = [revision for revision in running if revision.layer == Layer.ITEM.value]
    return min(on_goods, key=lambda revision: revision.ends_at, default=None)


def _flash_cards(flash: CampaignRevision, customer: Customer | None, at: datetime) -> list[Card]:
    return cards_of(products_of(skus_in_campaign(flash))[:RAIL_CARDS], customer=customer, at=at)
