"""Keeps a preview of the shop from doing anything: it shows shelves, pages and a cart of its own, and no more."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext

from storefront.as_if import look_at, one_request
from storefront.previewing import preview_in

SHOWN = frozenset({"home", "products", "product", "campaign", "coupons", "lottery", "cart"})
# The preview has a cart of its own, which nobody can order.
CART_CHANGES = frozenset({"cart_add", "cart_quantity", "cart_remove", "cart_gifts"})
# Who only reads the address of a form is led to the page that has it.
SENT = CART_CHANGES | {"popup"}  # a pop-up is sent for, and in a preview nobody notes that it was seen
READING = frozenset({"GET", "HEAD"})
FORBIDDEN = 403


class PreviewMiddleware:
    """Stands after authentication and messages. Does nothing for anybody without a preview."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_request():
            response = self.get_response(request)
        if getattr(request, "shop_preview", None):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.namespace != "storefront" or (preview := preview_in(request)) is None:
            return None
        look_at(preview.draft)
        if match.url_name in (SHOWN | SENT if request.method in READING else SENT):
            return None
        return self._refuse(request)

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        text = gettext("This is a preview: nothing is ordered, paid, claimed or signed in here. End it first.")
        if request.htmx:
            note = format_html('<p class="note error" role="alert">{}</p>', text)
            return HttpResponse(note, status=FORBIDDEN, headers={"HX-Retarget": "#toast", "HX-Reswap": "innerHTML"})
        if request.method in READING:
            messages.warning(request, text)
            return redirect("storefront:home")
        return render(request, "storefront/preview_refused.html", {"text": text}, status=FORBIDDEN)
