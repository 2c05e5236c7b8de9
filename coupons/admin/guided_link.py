"""Who is shown the way to the page that sets up a coupon and its claim campaign together."""

from django.http import HttpRequest
from django.urls import reverse


def guided_url(request: HttpRequest) -> str:
    """Return the address of the page for those who may use it."""
    needed = ["coupons.add_coupontemplate", "coupons.add_claimcampaign"]
    return reverse("admin:coupons_claimcampaign_guided") if request.user.has_perms(needed) else ""
