"""SKUs that somebody wants, as the cart that the engine prices. The line key is the SKU's primary key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from campaigns.models import Customer
from campaigns.selectors.shopper import shopper_of
from pricing.engine.cart import Cart, CartLine, ShippingFee
from pricing.models import ProductKind, Sku


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants how many of what, where and when; SKUs come with product, shop and category lineage."""

    units: Sequence[tuple[Sku, int]]
    customer: Customer | None
    at: datetime
    region: str = ""

    @property
    def cart(self) -> Cart:
        """What the engine is told."""
        return Cart(
            lines=tuple(line_of(sku, quantity) for sku, quantity in self.units),
            at=self.at,
            shopper=shopper_of(self.customer),
            region=self.region,
            shipping=_shipping_of(sku for sku, _ in self.units),
            currency=settings.CURRENCY,
        )


def line_of(sku: Sku, quantity: int) -> CartLine:
    """Return what the engine is told of so many units of a SKU."""
    product = sku.product
    return CartLine(
        key=str(sku.pk),
        shop=product.shop.code,
        sku=sku.code,
        product=product.code,
        list_cents=sku.list_cents,
        quantity=quantity,
        categories=frozenset(category.code for category in product.category.lineage),
        kind=product.kind,
        floor_cents=sku.floor_cents,
        discountable=not product.never_discounted,
    )


def _shipping_of(skus: Iterable[Sku]) -> tuple[ShippingFee, ...]:
    """A shop sends what can be touched; cards and services cost no shipping."""
    shops = {sku.product.shop for sku in skus if sku.product.kind == ProductKind.PHYSICAL}
    return tuple(ShippingFee(shop.code, shop.shipping_fee_cents) for shop in sorted(shops, key=lambda shop: shop.code))
