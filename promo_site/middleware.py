"""The back office alone gets a wider Content-Security-Policy, and no characters that it cannot store."""

from collections.abc import Callable

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

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
