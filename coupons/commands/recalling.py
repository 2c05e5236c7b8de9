"""Take back a coupon that should not have been given, as long as nobody has used it."""

from datetime import datetime
from uuid import UUID

from coupons.commands import budget
from coupons.commands.moves import Step, move_coupon
from coupons.models import Coupon
from pricing.transactions import command


@command
def recall_coupon(*, coupon_id: int, order_key: UUID, reason: str, at: datetime) -> bool:
    """Recall an unused coupon and free what it had reserved; False if it is locked, used or recalled already.

    `order_key` names the order for which it is taken back.
    """
    coupon = Coupon.objects.get(pk=coupon_id)
    if not move_coupon(Coupon.objects.filter(pk=coupon_id), "recall", Step(order_key, at, reason), reserved_cents=0):
        return False
    budget.release(coupon, cents=coupon.reserved_cents, source=f"recall:{order_key}", at=at)
    return True
