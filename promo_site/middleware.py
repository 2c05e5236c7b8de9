"""The back office's wider Content-Security-Policy and characters it cannot store; the page for "too many at once"."""

from collections.abc import Callable

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from campaigns.commands.auditing import note_forbidden
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


class ForbiddenAccessMiddleware:
    """Write down what was closed to somebody: a page of the back office or an address of the API (403), or its door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_forbidden(request, response):
            found = request.resolver_match
            note_forbidden(
                by=request.user,
                act=str(found.kwargs.get("code") or found.url_name or ""),
                thing=_thing_at(found),
                route=f"{request.method} {request.path}",
                at=timezone.now(),
            )
        return response


def _is_forbidden(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody who has signed in was sent away from where staff or programs work."""
    if request.resolver_match is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return False
    is_office = request.path.startswith(reverse("admin:index"))
    sent_to_the_door = response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))
    return (response.status_code == 403 and (is_office or request.path.startswith("/api/"))) or (
        is_office and sent_to_the_door
    )


def _thing_at(found: ResolverMatch) -> tuple[str, int | None]:
    """Return the kind and key of the row that an address of the back office names, as far as it names one."""
    parts = (found.url_name or "").split("_")
    key = str(found.kwargs.get("pk") or found.kwargs.get("object_id") or "")
    kind = ".".join(parts[:2]) if found.namespace == "admin" and len(parts) > 2 else ""
    return kind, int(key) if key.isdecimal() and len(key) < 19 else None


class BusyMiddleware:
    """Answer what no page has answered itself: a lock that could not be had in time is a 409, not a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "409.html", status=409) if isinstance(exception, Busy) else None
