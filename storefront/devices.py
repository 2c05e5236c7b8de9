"""A mark on the visitor's device: a random token, signed and dated, that counts attempts and says nothing else.

It is given with the first page of the shop. What comes back without our signature is no mark at all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from coupons.risk.origin import Origin, origin_of

COOKIE = "device"
TOKEN_BYTES = 16
LONGEST = 200
HOUR = 3600
KEPT = timedelta(days=400)  # browsers keep no cookie longer
SIGNER = Signer(salt="storefront.device")


def new_mark(at: datetime) -> str:
    """Return a mark for a device that has none: token and hour, signed."""
    return SIGNER.sign(f"{token_urlsafe(TOKEN_BYTES)}.{int(at.timestamp()) // HOUR}")


def read_mark(mark: str, *, at: datetime) -> tuple[str, int] | None:
    """Return the token of a mark and its age in whole hours; None for one that we have not given."""
    if not mark or len(mark) > LONGEST:
        return None
    try:
        token, _, hour = SIGNER.unsign(mark).partition(".")
    except BadSignature:
        return None
    return token, max(int(at.timestamp()) // HOUR - int(hour), 0)


def origin_in(request: HttpRequest, *, at: datetime) -> Origin:
    """Return where a request comes from. The address is found as for logins: the one that our own proxy saw."""
    token, hours = read_mark(request.COOKIES.get(COOKIE, ""), at=at) or (None, 0)
    return origin_of(address=str(get_client_ip_address(request)), device=token, device_hours=hours)


class DeviceMiddleware:
    """Mark devices that look at pages of the shop and have no mark of ours; sending a form marks nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        at = timezone.now()
        if _is_shop_page(request) and read_mark(request.COOKIES.get(COOKIE, ""), at=at) is None:
            secure = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
            response.set_cookie(COOKIE, new_mark(at), max_age=KEPT, **secure)
        return response


def _is_shop_page(request: HttpRequest) -> bool:
    found = request.resolver_match
    return request.method == "GET" and found is not None and "storefront" in found.namespaces
