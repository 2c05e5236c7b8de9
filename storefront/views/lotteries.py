"""Lotteries: the page, and one draw."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coupons.commands.draws import draw as draw_once
from coupons.selectors.lotteries import lotteries_for
from pricing.engine.errors import Refusal
from storefront.devices import origin_in
from storefront.forms.coupons import DrawForm
from storefront.selectors.lottery_page import lottery_page
from storefront.views.clock import now_in
from storefront.views.refusing import ask_to_sign_in, first_error, only_sent, warn
from storefront.views.visitor import customer_in
from storefront.wording import say


@never_cache
@require_safe
def lotteries(request: HttpRequest) -> HttpResponse:
    """List what runs or comes, and the past lotteries in which this customer has drawn."""
    at, customer = now_in(request), customer_in(request)
    found = lotteries_for(customer if customer and customer.pk else None, at=at)
    return render(request, "storefront/lotteries.html", {"at": at, "lotteries": found})


@never_cache
@require_safe
def lottery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lottery; `?draw=3` says what the customer's third draw has brought."""
    shown = request.GET.get("draw", "")
    seq = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else 0
    return render(request, "storefront/lottery.html", _context(request, pk, seq))


@only_sent("storefront:lottery", "pk")
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw once; the form says which draw it is, so that a double click draws once."""
    customer, page = customer_in(request), reverse("storefront:lottery", args=[pk])
    if customer is None:
        return ask_to_sign_in(request, page)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, first_error(form))
    seq, shown = form.cleaned_data["seq"], form.cleaned_data["revision"]
    try:
        at = timezone.now()
        seen = {"shown_revision_id": shown, "origin": origin_in(request, at=at)}
        draw_once(lottery_id=pk, customer_id=customer.pk, seq=seq, at=at, **seen)
    except Refusal as refusal:
        if request.htmx:
            return _refused(request, pk, say(refusal))
        warn(request, refusal)
        return redirect(page)
    if request.htmx:
        return render(request, "storefront/parts/lottery_live.html", _context(request, pk, seq))
    return redirect(f"{page}?draw={seq}#result")


def _refused(request: HttpRequest, pk: int, trouble: str) -> HttpResponse:
    return render(request, "storefront/parts/lottery_live.html", {**_context(request, pk, 0), "trouble": trouble})


def _context(request: HttpRequest, pk: int, seq: int) -> dict[str, object]:
    at = now_in(request)
    page = lottery_page(pk, customer=customer_in(request), at=at, now=timezone.now())
    if page is None:
        raise Http404
    result = next((row for row, _ in page.draws if row.seq == seq), None)
    return {"at": at, "page": page, "revision": page.lottery.current_revision, "result": result}
