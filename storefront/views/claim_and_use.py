"""Claim and use a coupon in one step, in the cart and at checkout. Without the press nothing is claimed."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from coupons.commands.claiming import claim_coupon
from coupons.models import Coupon
from pricing.engine.errors import Refusal
from pricing.wording import full_money_text
from storefront.claim_offers import ClaimOffer, choice_with, claim_offers, open_place, open_tickets
from storefront.commands.cart import pick_coupons
from storefront.devices import origin_in
from storefront.forms.coupons import SeqForm
from storefront.priced import Priced
from storefront.selectors.cart_view import CartView
from storefront.views.refusing import first_error
from storefront.views.visitor import cart_in, customer_in
from storefront.wording import say


def claim_for_cart(request: HttpRequest, pk: int, at: datetime) -> tuple[Coupon | None, str]:
    """Claim one coupon and use it in the visitor's cart; return it, or what is wrong.

    The form says its number, so that a double click claims once. What was claimed stays claimed: a coupon that the
    cart cannot use (any more) waits in the wallet.
    """
    form, customer = SeqForm(request.POST), customer_in(request)
    if not form.is_valid():
        return None, first_error(form)
    try:
        who = {"claim_campaign_id": pk, "at": at}
        place = open_place(customer=customer, **who)
        seq, origin = form.cleaned_data["seq"], origin_in(request, at=at)
        coupon = claim_coupon(customer_id=customer.pk, seq=seq, origin=origin, place=place, **who)
        cart = cart_in(request)
        picked = choice_with(coupon, cart=cart, at=at)
        if picked is not None:
            pick_coupons(cart_id=cart.pk, coupon_ids=picked)
    except Refusal as refusal:
        return None, say(refusal)
    return coupon, ""


def offers_for(request: HttpRequest, priced: Priced) -> list[ClaimOffer]:
    """Return what the visitor could claim to make this cart cheaper; nothing for a guest."""
    customer = customer_in(request)
    return claim_offers(priced, open_tickets(customer=customer, at=priced.cart.at)) if customer else []


def told(coupon: Coupon, view: CartView) -> str:
    """Return what has come of the claim: what the coupon takes off, or where it is."""
    saving_cents = sum(row.cents for row in view.discounts if row.coupon_id == coupon.pk)
    name = {"coupon": coupon.revision.local_name}
    if not saving_cents:
        return _("“%(coupon)s” is in your wallet. It does not make this cart cheaper at the moment.") % name
    return _("“%(coupon)s” is claimed and takes off %(saving)s.") % {**name, "saving": full_money_text(saving_cents)}
