"""The coupon that comes by itself on the home page: after the page, beside it, and not again for a while."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache

from campaigns.models import Customer
from coupons.commands.popups import note_popup
from coupons.models import Position
from coupons.places import PlaceRule, rule_at
from coupons.selectors.claimable import Claimable, claimable
from storefront.previewing import preview_in
from storefront.ticket_words import ticket_in_words
from storefront.views.clock import now_in
from storefront.views.refusing import only_sent
from storefront.views.visitor import customer_in

SEEN = "popups"  # in the session: when each pop-up was last seen, by claim campaign
MOST_SEEN = 20


def popups_among(found: Iterable[Claimable]) -> list[Claimable]:
    """Return the coupons that may come by themselves, of those at the place for it."""
    return [ticket for ticket in found if ticket.status in ("claim", "sign_in")]


@never_cache
@only_sent("storefront:home")
def popup(request: HttpRequest) -> HttpResponse:
    """Show the first pop-up that the visitor has not seen lately and note it; nothing if there is none.

    A preview shows what would come first then and notes nothing.
    """
    customer, at, is_preview = customer_in(request), now_in(request), preview_in(request) is not None
    for ticket in popups_among(claimable(customer=customer, position=Position.HOME_POPUP, at=at)):
        if is_preview or _has_its_turn(request, ticket, customer, at):
            shown = ticket_in_words(ticket, customer=customer, at=at)
            context = {"at": at, "position": Position.HOME_POPUP.value, **shown}
            return render(request, "storefront/parts/popup.html", context)
    return HttpResponse()


def _has_its_turn(request: HttpRequest, ticket: Claimable, customer: Customer | None, at: datetime) -> bool:
    """Whether the visitor has not seen it lately: in this session, and for a customer anywhere."""
    rule = rule_at(ticket.revision, Position.HOME_POPUP) or PlaceRule()
    key, rest = str(ticket.claim_campaign.pk), timedelta(hours=rule.every_hours)
    seen = request.session.get(SEEN, {})
    last = parse_datetime(seen.get(key, ""))
    if last is not None and last > at - rest:
        return False
    latest = [*((name, text) for name, text in seen.items() if name != key), (key, at.isoformat())]
    request.session[SEEN] = dict(latest[-MOST_SEEN:])
    return customer is None or note_popup(
        claim_campaign_id=ticket.claim_campaign.pk, customer_id=customer.pk, rest=rest, at=at
    )
