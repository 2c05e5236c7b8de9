"""Whom it touches when SKUs leave a campaign; campaigns ask for it through campaigns.sources."""

from django.db.models import QuerySet

from campaigns.sources import Touched
from pricing.models import Sku
from storefront.lifecycle import OrderState
from storefront.models import CartLine, Order


def touched_by(campaign_id: int, skus: QuerySet[Sku]) -> Touched:
    """Count the carts that hold one of the SKUs, and the unpaid orders with one at the campaign's price."""
    wanted = skus.order_by().values("pk")
    carts = CartLine.objects.filter(sku__in=wanted).order_by().values("cart").distinct()
    orders = Order.objects.filter(
        state=OrderState.AWAITING_PAYMENT,
        lines__sku__in=wanted,
        lines__shares__campaign_revision__campaign=campaign_id,
        lines__shares__amount_cents__gt=0,
    )
    return Touched(carts=carts.count(), unpaid_orders=orders.order_by().values("pk").distinct().count())
