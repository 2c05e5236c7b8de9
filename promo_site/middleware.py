"""The back office's wider Content-Security-Policy and characters it cannot store; the page for "too many at once"."""

from collections.abc import Callable

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pricing.transactions import Busy

# The admin theme builds on Alpine.js, which evaluates expressions, and sets inline styles.
ADMIN_POLICY = {
    "script-src": [SELF, NONCE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class AdminPolicyMiddleware:
    """Relax the policy under /admin/ only. Stands after CSPMiddleware in the list, so it answers before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response._csp_replace = ADMIN_POLICY
        return response


class StorableFiltersMiddleware:
    """Refuse filters with the character NUL under /admin/: Django hands them on, and PostgreSQL takes no such text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")) and "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("a filter holds the character NUL")
        return self.get_response(request)


class BusyMiddleware:
    """Answer what no page has answered itself: a lock that could not be had in time is a 409, not a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "409.html", status=409) if isinstance(exception, Busy) else None
