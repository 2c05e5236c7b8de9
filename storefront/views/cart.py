"""The cart: live totals, what is missing for more, quantities."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import Customer
from coupons.models import Coupon, Position
from coupons.selectors.claimable import Claimable, claimable
from pricing.engine.errors import Refusal
from storefront.claim_offers import ClaimOffer
from storefront.commands.cart import add_to_cart, remove_line, set_quantity
from storefront.commands.gifts import pick_gifts
from storefront.forms.cart import AddForm, QuantityForm, SkuForm
from storefront.forms.gifts import GiftsForm
from storefront.quoting import price_cart_row
from storefront.selectors.cart import lines_of
from storefront.selectors.cart_view import cart_view
from storefront.selectors.left_promotions import left_promotions
from storefront.ticket_words import tickets_in_words
from storefront.views.cart_groups import groups_of
from storefront.views.claim_and_use import claim_for_cart, offers_for, told
from storefront.views.clock import now_in
from storefront.views.refusing import ask_to_sign_in, back_to, first_error, go_to, only_sent
from storefront.views.seen_prices import changed_prices
from storefront.views.visitor import cart_if_any, cart_in, customer_in, pieces_in_cart
from storefront.wording import say

BAD_REQUEST = 400


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return _show(request, "storefront/cart.html")


@only_sent("storefront:cart")
def add(request: HttpRequest) -> HttpResponse:
    """Put units of a SKU into the cart; "buy now" goes on to the checkout."""
    form, trouble = AddForm(request.POST), ""
    if not form.is_valid():
        trouble = first_error(form)
    else:
        wanted = form.cleaned_data
        try:
            add_to_cart(cart_id=cart_in(request).pk, sku_id=wanted["sku"], quantity=wanted["quantity"])
        except Refusal as refusal:
            trouble = say(refusal)
    if not trouble and form.cleaned_data["buy_now"]:
        return go_to(request, "storefront:checkout")
    if request.htmx:
        return render(request, "storefront/parts/added.html", {"trouble": trouble, "pieces": pieces_in_cart(request)})
    if trouble:
        messages.error(request, trouble)
    else:
        messages.success(request, _("Added to the cart."))
    return back_to(request, reverse("storefront:cart"))


@only_sent("storefront:cart")
def change_quantity(request: HttpRequest) -> HttpResponse:
    form = QuantityForm(request.POST)
    return _change(
        request,
        form,
        lambda cart_id, sent: set_quantity(cart_id=cart_id, sku_id=sent["sku"], quantity=sent["quantity"]),
    )


@only_sent("storefront:cart")
def remove(request: HttpRequest) -> HttpResponse:
    return _change(
        request, SkuForm(request.POST), lambda cart_id, sent: remove_line(cart_id=cart_id, sku_id=sent["sku"])
    )


@only_sent("storefront:cart")
def choose_gifts(request: HttpRequest) -> HttpResponse:
    """Keep which gifts of a promotion the shopper wants, and show the cart with them."""
    return _change(
        request,
        GiftsForm(request.POST),
        lambda cart_id, sent: pick_gifts(cart_id=cart_id, campaign_id=sent["campaign"], sku_codes=sent["gifts"]),
    )


@only_sent("storefront:cart")
def claim_and_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a coupon, use it, and show the cart with it."""
    if customer_in(request) is None:
        return ask_to_sign_in(request, reverse("storefront:cart"))
    coupon, trouble = claim_for_cart(request, pk, timezone.now())
    if not trouble and not request.htmx:
        messages.success(request, _("Claimed. The coupon is in your wallet."))
        return redirect("storefront:cart")
    template = "storefront/parts/cart_live.html" if request.htmx else "storefront/cart.html"
    at_top = {"sku": "", "text": trouble} if trouble else None
    return _show(request, template, trouble=at_top, claimed=coupon, status=BAD_REQUEST if trouble else 200)


def _change(request: HttpRequest, form: Form, do: object) -> HttpResponse:
    """Do it and show the cart, or show the cart with what is wrong beside the line."""
    trouble = ""
    if not form.is_valid():
        trouble = first_error(form)
    else:
        try:
            do(cart_in(request).pk, form.cleaned_data)
        except Refusal as refusal:
            trouble = say(refusal)
    if not trouble and not request.htmx:
        return redirect("storefront:cart")
    template = "storefront/parts/cart_live.html" if request.htmx else "storefront/cart.html"
    # The id goes back as text that was typed: it only names the line that gets the message.
    at_line = {"sku": request.POST.get("sku", ""), "text": trouble}
    return _show(request, template, trouble=at_line if trouble else None, status=BAD_REQUEST if trouble else 200)


def _show(
    request: HttpRequest,
    template: str,
    *,
    trouble: dict[str, str] | None = None,
    claimed: Coupon | None = None,
    status: int = 200,
) -> HttpResponse:
    at = now_in(request)
    context = {"at": at, "trouble": trouble, **_contents(request, at)}
    if claimed and context["view"]:
        context["news"] = told(claimed, context["view"])
    return render(request, template, context, status=status)


def _contents(request: HttpRequest, at: datetime) -> dict[str, object]:
    row = cart_if_any(request)
    customer = customer_in(request)
    if row is None:
        return {"view": None}
    priced = price_cart_row(cart=row, at=at)
    view, offers = cart_view(cart=row, priced=priced), offers_for(request, priced)
    return {
        "view": view,
        "groups": groups_of(view, priced),
        "fees_cents": sum(row.fee_cents for row in view.shipping),
        "changes": changed_prices(request, view),
        "left": left_promotions(list(lines_of(row)), at=at),
        "page": priced.page,
        "claim_offers": offers,
        **tickets_in_words(_open_tickets(customer, offers, at), customer=customer, at=at),
    }


def _open_tickets(customer: Customer | None, offers: Iterable[ClaimOffer], at: datetime) -> list[Claimable]:
    """What may be claimed here, but for what stands beside the sum already, to be claimed and used in one step."""
    beside = {offer.ticket.claim_campaign.pk for offer in offers}
    found = claimable(customer=customer, position=Position.CART, at=at)
    there = (ticket for ticket in found if ticket.status in ("claim", "sign_in"))
    return [ticket for ticket in there if ticket.claim_campaign.pk not in beside]
