"""On what the visitor shops, told by the browser's own name: like the language, it holds for one request.

Everything that is priced while the request is answered is priced for it: shelf, product page, cart and order alike.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_TERMINAL: ContextVar[str] = ContextVar("terminal", default="")
TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Android(?!.*Mobile)")
PHONE = re.compile(r"Mobi|iPhone|iPod|Windows Phone")


def terminal_of(user_agent: str) -> str:
    """Return a code of pricing.places.TERMINALS; "" for what is no browser."""
    if not user_agent.startswith("Mozilla/"):
        return ""
    if TABLET.search(user_agent):
        return "tablet"
    return "phone" if PHONE.search(user_agent) else "computer"


def current_terminal() -> str:
    """Return the terminal of the request that is being answered; "" outside of any."""
    return _TERMINAL.get()


class TerminalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _TERMINAL.set(terminal_of(request.headers.get("User-Agent", "")))
        try:
            return self.get_response(request)
        finally:
            _TERMINAL.reset(token)
