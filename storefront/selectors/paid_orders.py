"""Which orders of a customer count for what orders earn?"""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from storefront.lifecycle import OrderState
from storefront.models import Order, OrderLine


def paid_orders(customer_id: int, since: datetime, until: datetime, from_cents: int) -> list[UUID]:
    """Return the keys of orders paid in [since, until) with at least so much to pay, the oldest first. One query.

    What has been refunded of an order counts no more, nor does one of which every piece has come back.
    """
    kept = OrderLine.objects.filter(order=OuterRef("pk"), returned__lt=F("quantity"))
    paid = Order.objects.filter(
        Exists(kept),
        customer=customer_id,
        state=OrderState.PAID,
        paid_at__gte=since,
        paid_at__lt=until,
        total_cents__gte=F("refunded_cents") + from_cents,
    )
    return list(paid.order_by("paid_at", "pk").values_list("key", flat=True))
