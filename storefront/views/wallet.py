"""The wallet: a customer's coupons by state, and what to buy with one of them."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import Customer
from coupons.models import Coupon
from coupons.selectors.drawers import DRAWERS, drawer_of, ends_soon
from coupons.selectors.goods import skus_of_coupon
from storefront.book_pages import current_book
from storefront.coupon_words import good_for, scopes_at
from storefront.forms.shelf import ShelfForm
from storefront.forms.wallet import WalletForm
from storefront.quoting import price_cart_row
from storefront.selectors.coupon_progress import Progress, progress_of
from storefront.selectors.wallet_view import wallet_page_of
from storefront.views.cards import matching, products_of, shelf_of
from storefront.views.refusing import ask_to_sign_in
from storefront.views.visitor import cart_if_any, customer_in


@never_cache
@require_safe
def my_wallet(request: HttpRequest) -> HttpResponse:
    customer, at = customer_in(request), timezone.now()
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:wallet"))
    return wallet_page(request, customer, at)


def wallet_page(request: HttpRequest, customer: Customer, at: datetime, **extras: str) -> HttpResponse:
    """Show the wallet; `extras`: the code that was typed, and what is wrong with it."""
    wanted = WalletForm(request.GET).wanted()
    found = wallet_page_of(customer=customer, wanted=wanted, at=at)
    names = {
        "unused": _("To use"),
        "awaiting_payment": _("Awaiting payment"),
        "used": _("Used"),
        "expired": _("Expired"),
        "recalled": _("Recalled"),
    }
    context = {
        "at": at,
        "wanted": wanted,
        "drawer": wanted.drawer,
        "drawers": [(name, names[name], found.counts[name]) for name in DRAWERS],
        "wallet": found,
    }
    return render(request, "storefront/wallet.html", context | extras)


@never_cache
@require_safe
def coupon_goods(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the goods on which one of the shopper's coupons may be used at this moment."""
    customer, at = customer_in(request), timezone.now()
    if customer is None:
        return ask_to_sign_in(request, request.path)
    coupon = _own_coupon(customer, pk)
    filters = ShelfForm(request.GET).filters()
    skus = skus_of_coupon(coupon.revision).filter(product__shop__is_active=True)
    found = matching(products_of(skus), filters["q"])
    context = {
        "at": at,
        "coupon": coupon,
        "terms": coupon.revision,
        "drawer": drawer_of(coupon, at=at),
        "is_soon": ends_soon(coupon, at=at),
        "good_for": good_for([coupon.revision])[coupon.revision_id],
        "filters": filters,
        "page": current_book(at=at),
        "progress": _progress(request, coupon, at),
        "shelf": shelf_of(found, filters=filters, customer=customer, at=at, among=skus),
    }
    return render(request, "storefront/coupon_goods.html", context)


def _own_coupon(customer: Customer, pk: int) -> Coupon:
    mine = Coupon.objects.filter(customer=customer).select_related("revision__template__shop")
    coupon = mine.prefetch_related(scopes_at("revision__scopes")).filter(pk=pk).first()
    if coupon is None:
        raise Http404
    return coupon


def _progress(request: HttpRequest, coupon: Coupon, at: datetime) -> Progress | None:
    """How far the visitor's cart is on the way to the coupon."""
    cart = cart_if_any(request)
    return progress_of(price_cart_row(cart=cart, at=at), coupon) if cart else None
