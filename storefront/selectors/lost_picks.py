"""Coupons that a shopper picked for a cart and that nobody can use any more: they are told, not dropped in silence."""

from coupons.models import Coupon
from storefront.priced import Priced


def lost_picks(priced: Priced) -> list[str]:
    """Return the names of picked coupons that are used, recalled or over. One query where there are any, else none."""
    told = {coupon.id for coupon in priced.facts.coupons}
    lost = [int(coupon.partition(":")[2]) for coupon in (priced.choices.coupons or frozenset()) - told]
    if not lost:
        return []
    rows = Coupon.objects.filter(pk__in=lost, customer__code=priced.cart.shopper.id).select_related("revision")
    return [row.revision.local_name for row in rows.order_by("pk")]
