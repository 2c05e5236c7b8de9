"""Checkout: coupons, recipient, the way from list price to amount due, and the order itself."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coupons.models import Coupon
from coupons.risk.origin import Origin
from pricing.engine.errors import Refusal
from storefront.commands.cart import pick_coupons, set_region
from storefront.commands.checkout import Recipient, place_order, sign_in_needed
from storefront.coupon_words import missing_sentences
from storefront.devices import origin_in
from storefront.forms.checkout import CheckoutForm, RegionForm
from storefront.forms.coupons import PickForm
from storefront.lifecycle import OrderState
from storefront.models import Cart, Order
from storefront.priced import Priced
from storefront.quoting import price_for_checkout
from storefront.refusals import CartIsEmpty, KeyReused, PriceChanged, SignInFirst
from storefront.selectors.cart_view import CartView, cart_view
from storefront.selectors.lost_picks import lost_picks
from storefront.views.claim_and_use import claim_for_cart, offers_for, told
from storefront.views.refusing import ask_to_sign_in, first_error, go_to, only_sent, warn
from storefront.views.visitor import cart_if_any, cart_in, customer_in, remember_order
from storefront.wording import say

BAD_REQUEST, CONFLICT = 400, 409


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _submit(request)
    cart = cart_if_any(request)
    if cart is None or not cart.lines.exists():
        return redirect("storefront:cart")
    return _show(request, cart, _fresh_form(request, cart))


def _submit(request: HttpRequest) -> HttpResponse:
    if _has_lost_session(request):
        return _sign_in_again(request)
    cart, form = cart_in(request), CheckoutForm(request.POST)
    if not form.is_valid():
        return _show(request, cart, form, status=BAD_REQUEST)
    try:
        order = _place(cart, form, origin_in(request, at=timezone.now()))
    except PriceChanged as changed:
        return _show(request, cart, form, changed=changed, status=CONFLICT)
    except SignInFirst as refusal:
        warn(request, refusal)
        return ask_to_sign_in(request, request.path)
    except (CartIsEmpty, KeyReused) as refusal:
        warn(request, refusal)
        return redirect("storefront:cart")
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
        return _show(request, cart, form, status=CONFLICT)
    remember_order(request, order)
    paid = order.state == OrderState.PAID
    return redirect("storefront:order" if paid else "storefront:pay", number=order.number)


def _place(cart: Cart, form: CheckoutForm, origin: Origin) -> Order:
    sent = form.cleaned_data
    if sent["region"] != cart.region:
        set_region(cart_id=cart.pk, region=sent["region"])
    return place_order(
        cart_id=cart.pk,
        agreed_fingerprint=sent["fingerprint"],
        key=sent["key"],
        recipient=Recipient(name=sent["name"], phone=sent["phone"], address=sent["address"]),
        origin=origin,
    )


@only_sent("storefront:checkout")
def choose_coupons(request: HttpRequest) -> HttpResponse:
    """Use the ticked coupons, or the best ones, and show what that costs."""
    if _has_lost_session(request):
        return _sign_in_again(request)
    cart, form = cart_in(request), PickForm(request.POST)
    trouble = "" if form.is_valid() else first_error(form)
    if not trouble:
        sent = form.cleaned_data
        try:
            pick_coupons(cart_id=cart.pk, coupon_ids=None if sent["best"] else sent["coupons"])
        except Refusal as refusal:
            trouble = say(refusal)
    return _repriced(request, trouble)


@only_sent("storefront:checkout")
def claim_and_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a coupon, use it, and show what that costs."""
    if customer_in(request) is None:
        return ask_to_sign_in(request, reverse("storefront:checkout"))
    coupon, trouble = claim_for_cart(request, pk, timezone.now())
    return _repriced(request, trouble, claimed=coupon)


@only_sent("storefront:checkout")
def choose_region(request: HttpRequest) -> HttpResponse:
    """Say where it goes and show what that costs: offers may depend on it."""
    if _has_lost_session(request):
        return _sign_in_again(request)
    cart, form = cart_in(request), RegionForm(request.POST)
    trouble = "" if form.is_valid() else first_error(form)
    if not trouble:
        try:
            set_region(cart_id=cart.pk, region=form.cleaned_data["region"])
        except Refusal as refusal:
            trouble = say(refusal)
    return _repriced(request, trouble)


def _has_lost_session(request: HttpRequest) -> bool:
    """Say whether the page was a member's and nobody is signed in now: the cart at hand is another one."""
    return "signed_in" in request.POST and customer_in(request) is None


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("You are not signed in any more, and nothing was ordered. Your cart waits for you."))
    return ask_to_sign_in(request, reverse("storefront:checkout"))


def _repriced(request: HttpRequest, trouble: str, claimed: Coupon | None = None) -> HttpResponse:
    cart = cart_in(request)
    if request.htmx and cart.lines.exists():
        context = {"trouble": trouble, **_amounts(request, cart)}
        context["news"] = told(claimed, context["view"]) if claimed else ""
        return render(request, "storefront/parts/checkout_live.html", context, status=BAD_REQUEST if trouble else 200)
    if trouble:
        messages.error(request, trouble)
    elif claimed:
        messages.success(request, told(claimed, _amounts(request, cart)["view"]))
    return go_to(request, "storefront:checkout")


def _fresh_form(request: HttpRequest, cart: Cart) -> CheckoutForm:
    customer = customer_in(request)
    known = {"name": customer.name, "phone": customer.phone, "region": customer.region} if customer else {}
    return CheckoutForm(initial={**known, "region": cart.region or known.get("region", ""), "key": uuid4()})


def _show(
    request: HttpRequest, cart: Cart, form: CheckoutForm, *, changed: PriceChanged | None = None, status: int = 200
) -> HttpResponse:
    """The page; the shopper agrees to the fingerprint of what is on it, not to the one that was sent."""
    cart.refresh_from_db(fields=["region", "picked_coupons"])
    key = form.data.get("key") if form.is_bound and "key" not in form.errors else None
    context = {
        "form": form,
        "changed": changed,
        "key": key or form.initial.get("key") or uuid4(),
        **_amounts(request, cart),
    }
    return render(request, "storefront/checkout.html", context, status=status)


def _amounts(request: HttpRequest, cart: Cart) -> dict[str, object]:
    priced = price_for_checkout(cart=cart, at=timezone.now())
    view = cart_view(cart=cart, priced=priced)
    return {
        "cart": cart,
        "view": view,
        "page": priced.page,
        "sign_in_needed": sign_in_needed(priced),
        "claim_offers": offers_for(request, priced),
        **_coupons(view, priced),
        "fees_cents": sum(row.fee_cents for row in view.shipping),
        "saved_cents": view.list_cents + sum(row.fee_cents for row in view.shipping) - view.total_cents,
    }


def _coupons(view: CartView, priced: Priced) -> dict[str, object]:
    """What the wallet holds for these goods; of the rest only how many kinds there are."""
    unusable = [choice for choice in view.coupons if not choice.is_usable]
    lacking = {choice.revision: choice.lacks_cents for choice in unusable if choice.lacks_cents}
    held = {coupon.offer for coupon in priced.facts.coupons} - {choice.revision.offer_id for choice in view.coupons}
    return {
        "usable": [choice for choice in view.coupons if choice.is_usable],
        "unusable": unusable,
        "missing": missing_sentences(lacking),
        "for_other_goods": len(held),
        "lost_picks": lost_picks(priced),
        "coupon_saving_cents": sum(choice.saving_cents for choice in view.coupons if choice.is_used),
    }
