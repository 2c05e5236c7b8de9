"""Redeeming a code."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from coupons.codes import LONGEST
from coupons.commands.redeeming import redeem_code
from pricing.engine.errors import Refusal
from storefront.devices import origin_in
from storefront.views.refusing import ask_to_sign_in, only_sent
from storefront.views.visitor import customer_in
from storefront.views.wallet import wallet_page
from storefront.wording import say


@never_cache
@only_sent("storefront:wallet")
def redeem(request: HttpRequest) -> HttpResponse:
    """Redeem the code that was typed; a double click finds the coupon in the wallet already."""
    customer, at = customer_in(request), timezone.now()
    if customer is None:
        return ask_to_sign_in(request, reverse("storefront:wallet"))
    typed = request.POST.get("code", "")[: LONGEST + 1]
    origin = origin_in(request, at=at)
    # By its digest, as risk control knows it: nobody gets new tries with the next address of the same household.
    address = origin.address.hex() if origin.address else "unknown"
    try:
        coupon = redeem_code(text=typed, customer_id=customer.pk, address=address, at=at, origin=origin)
    except Refusal as refusal:
        return wallet_page(request, customer, at, typed=typed, trouble=say(refusal))
    messages.success(request, _("“%(coupon)s” is in your wallet.") % {"coupon": coupon.revision.local_name})
    return redirect("storefront:wallet")
