"""SKUs that somebody wants, as the cart that the engine prices. The line key is the SKU's primary key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from campaigns.models import Customer
from campaigns.selectors.shopper import shopper_of
from pricing.engine.cart import Cart, ShippingFee
from pricing.models import ProductKind, Sku
from pricing.selectors.lines import line_of
from storefront.terminals import current_terminal


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants how many of what, where, on what and when; SKUs come with product, shop and category lineage."""

    units: Sequence[tuple[Sku, int]]
    customer: Customer | None
    at: datetime
    region: str = ""
    channel: str = "web"
    terminal: str = field(default_factory=current_terminal)

    @property
    def cart(self) -> Cart:
        """What the engine is told."""
        return Cart(
            lines=tuple(line_of(sku, quantity) for sku, quantity in self.units),
            at=self.at,
            shopper=shopper_of(self.customer),
            region=self.region,
            channel=self.channel,
            terminal=self.terminal,
            shipping=_shipping_of(sku for sku, _ in self.units),
            currency=settings.CURRENCY,
        )


def _shipping_of(skus: Iterable[Sku]) -> tuple[ShippingFee, ...]:
    """A shop sends what can be touched; cards and services cost no shipping."""
    shops = {sku.product.shop for sku in skus if sku.product.kind == ProductKind.PHYSICAL}
    return tuple(ShippingFee(shop.code, shop.shipping_fee_cents) for shop in sorted(shops, key=lambda shop: shop.code))
