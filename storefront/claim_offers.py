"""Claim and use: which coupons that the shopper could claim right now would make this cart cheaper, and by how much.

What is promised is what the engine says of the cart with the coupon as if it were held; nothing is claimed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from campaigns.models import Customer
from coupons.models import Coupon, Position
from coupons.refusals import ClaimOver
from coupons.selectors.claimable import Claimable, claimable_in
from coupons.validity import period_of
from pricing.engine.facts import HeldCoupon
from pricing.engine.messages import N_
from pricing.engine.quote import Quote, price_cart
from storefront.models import Cart
from storefront.priced import Priced
from storefront.quoting import choices_in, price_cart_row

# Where everybody may claim. A claim campaign that is at none of them is for those who were sent a link or a code.
OPEN_POSITIONS = (Position.CART, Position.COUPON_CENTRE, Position.PRODUCT)
MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class ClaimOffer:
    """A coupon to claim and use in one step: it makes the cart `saving_cents` cheaper."""

    ticket: Claimable
    saving_cents: int


def open_tickets(*, customer: Customer | None, at: datetime) -> list[Claimable]:
    """Return the claim campaigns that are open to everybody, each once. A constant number of queries.

    A place may have a number of its own: where nothing is left at one, another may still hand out.
    """
    found: dict[int, Claimable] = {}
    for ticket in chain.from_iterable(claimable_in(OPEN_POSITIONS, customer=customer, at=at).values()):
        pk = ticket.claim_campaign.pk
        if pk not in found or (ticket.status == "claim" and found[pk].status != "claim"):
            found[pk] = ticket
    return list(found.values())


def claim_offers(priced: Priced, tickets: Iterable[Claimable]) -> list[ClaimOffer]:
    """Return the coupons that are worth claiming for this cart, the largest saving first, each for itself. No query.

    One price of the cart with all of them finds those that help, and settles it where one does; else each of these few
    is priced alone. Of the coupons held only those count that the shopper chose, where they did.
    """
    by_coupon = {f"claim:{ticket.claim_campaign.pk}": ticket for ticket in tickets if ticket.status == "claim"}
    candidates = [_as_held(coupon_id, ticket, priced.cart.at) for coupon_id, ticket in by_coupon.items()]
    if not candidates or not priced.cart.lines:
        return []
    with_all = _best_with(candidates, priced)
    used = [coupon for coupon in candidates if coupon.id in with_all.coupons]
    found = []
    for coupon in used:
        quote = with_all if len(used) == 1 else _best_with([coupon], priced)
        saving_cents = priced.quote.total_cents - quote.total_cents
        if coupon.id in quote.coupons and saving_cents > 0:
            found.append(ClaimOffer(by_coupon[coupon.id], saving_cents))
    return sorted(found, key=lambda offer: (-offer.saving_cents, offer.ticket.claim_campaign.pk))[:MOST_OFFERS]


def choice_with(coupon: Coupon, *, cart: Cart, at: datetime) -> list[int] | None:
    """Return what to pick in a cart so that a coupon just claimed is used as promised; None if all stays as it is.

    Where the shop chooses for the shopper it goes on choosing: it knows the coupon now. Where the shopper chose, it is
    used with those of their coupons that go with it, unless it helps no more.
    """
    chosen = choices_in(cart)
    if chosen.coupons is None:
        return None
    widened = replace(chosen, coupons=chosen.coupons | {coupon.offer_id})
    quote = _best_with([], price_cart_row(cart=cart, at=at, choices=widened))
    if coupon.offer_id not in quote.coupons:
        return None
    return sorted(int(used.partition(":")[2]) for used in quote.coupons)


def open_place(*, claim_campaign_id: int, customer: Customer, at: datetime) -> str:
    """Return where everybody may claim a coupon: the first place that has some left, of those the cart first.

    Raises ClaimOver for what the shop does not show.
    """
    shown_at = ""
    for position, tickets in claimable_in(OPEN_POSITIONS, customer=customer, at=at).items():
        for ticket in tickets:
            if ticket.claim_campaign.pk != claim_campaign_id:
                continue
            if ticket.status == "claim":
                return position.value
            shown_at = shown_at or position.value
    if not shown_at:
        raise ClaimOver(N_("This coupon can no longer be claimed."))
    return shown_at


def _as_held(coupon_id: str, ticket: Claimable, at: datetime) -> HeldCoupon:
    valid_from, valid_until = period_of(ticket.template_revision, at=at)
    return HeldCoupon(coupon_id, ticket.template_revision.offer_id, valid_from, valid_until)


def _best_with(coupons: list[HeldCoupon], priced: Priced) -> Quote:
    """The cart's best price with these coupons and those held; of the latter what the shopper chose, where they did."""
    facts, choices = replace(priced.facts, coupons=(*priced.facts.coupons, *coupons)), priced.choices
    if choices.coupons is not None:
        others = frozenset(coupon.id for coupon in priced.facts.coupons) - choices.coupons
        choices = replace(choices, coupons=None, refused_coupons=choices.refused_coupons | others)
    return price_cart(priced.cart, priced.page.book, facts, choices, mode=priced.page.mode)
