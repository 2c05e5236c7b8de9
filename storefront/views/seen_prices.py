"""Prices that the visitor saw in the cart before: a changed one is pointed out once."""

from dataclasses import dataclass

from django.http import HttpRequest

from storefront.previewing import preview_in
from storefront.selectors.cart_view import CartView

SEEN_PRICES = "seen_prices"


@dataclass(frozen=True, slots=True)
class Change:
    """The price of one unit then and now, in cents."""

    before_cents: int
    now_cents: int

    @property
    def is_rise(self) -> bool:
        return self.now_cents > self.before_cents


def changed_prices(request: HttpRequest, view: CartView) -> dict[int, Change]:
    """Return what has changed since the last look, by SKU id, and remember the prices shown now.

    A preview remembers nothing: its prices are those of another moment.
    """
    if preview_in(request):
        return {}
    before = request.session.get(SEEN_PRICES, {})
    now = {str(line.sku.pk): line.tag_cents for line in view.lines}
    if before != now:
        request.session[SEEN_PRICES] = now
    return {int(sku): Change(before[sku], cents) for sku, cents in now.items() if before.get(sku, cents) != cents}
