"""What the crowds do."""

from dataclasses import dataclass
from uuid import uuid4

from django.db.models import F, Sum

from pricing.clock import database_now
from pricing.models import Sku
from storefront.commands.checkout import place_order
from storefront.models import Cart, OrderLine
from storefront.quoting import quote_cart
from storefront.refusals import PriceChanged
from tests.factories.storefront import SOMEBODY


@dataclass(frozen=True)
class Bought:
    """How one shopper fared: what was paid, and whether another price was told before."""

    total_cents: int
    was_told: bool


def buy(cart_id: int, agreed_fingerprint: str) -> Bought:
    """Order at the price agreed to; told another one, agree to that and order again."""
    was_told = False
    while True:
        try:
            order = place_order(cart_id=cart_id, agreed_fingerprint=agreed_fingerprint, key=uuid4(), recipient=SOMEBODY)
        except PriceChanged as changed:
            agreed_fingerprint, was_told = changed.quote.fingerprint, bool(changed.differences)
        else:
            return Bought(order.total_cents, was_told)


def fingerprint_of(cart: Cart) -> str:
    return quote_cart(cart=Cart.objects.select_related("customer").get(pk=cart.pk), at=database_now()).fingerprint


def units_at_a_discount(sku: Sku) -> int:
    """How many pieces of a SKU were ordered below list price."""
    cheap = OrderLine.objects.filter(sku=sku, net_cents__lt=F("list_cents") * F("quantity"))
    return cheap.aggregate(units=Sum("quantity"))["units"] or 0
