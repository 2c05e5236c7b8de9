"""What the sweeps do: nothing that pricing waits for; a lock past its deadline is free without them."""

from datetime import datetime

from django.db import connection

from coupons.commands import budget
from coupons.commands.moves import free_overdue
from coupons.commands.recalling import recall_lost
from coupons.lifecycle import CouponState
from coupons.models import BudgetMove, Coupon
from pricing.transactions import command, locking

BATCH = 5_000
# Empties the coupons and enters what each had held. One that somebody is busy with is left to the next sweep.
SETTLE = """
WITH due AS (
    SELECT id, reserved_cents FROM coupons_coupon
    WHERE template_id = %(template)s AND state = %(unused)s AND valid_until <= %(at)s AND reserved_cents > 0
    ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
), emptied AS (
    UPDATE coupons_coupon coupon SET reserved_cents = 0 FROM due WHERE coupon.id = due.id
), entered AS (
    INSERT INTO coupons_templatebudgetentry (template_id, coupon_id, move, amount_cents, source, at)
    SELECT %(template)s, id, %(move)s, -reserved_cents, 'expiry', %(at)s FROM due
)
SELECT count(*), COALESCE(sum(reserved_cents), 0)::bigint FROM due
"""


@command
def release_overdue_lock(*, coupon_id: int, at: datetime) -> bool:
    """Release a coupon whose order was not paid in time, and recall it if it is lost; False if somebody was faster."""
    if not free_overdue(Coupon.objects.filter(pk=coupon_id), at=at):
        return False
    for coupon in recall_lost([coupon_id], at=at):
        budget.release(coupon, cents=coupon.reserved_cents, source="recall:payment deadline", at=at)
    return True


def settle_expired(*, template_id: int, at: datetime) -> int:
    """Give the reservations of a template's expired, unused coupons back to it; return of how many.

    Each coupon once, however often it is said. Thousands at a time: the purse is held for one of them only.
    """
    settled = count = _settle(template_id, at)
    while count == BATCH:
        count = _settle(template_id, at)
        settled += count
    return settled


@command
def _settle(template_id: int, at: datetime) -> int:
    locking("coupon")
    figures = {"template": template_id, "unused": CouponState.UNUSED, "at": at, "move": BudgetMove.RELEASE}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, figures | {"most": BATCH})
        count, cents = cursor.fetchone()
    if count:
        budget.give_back(template_id=template_id, cents=cents)
    return count
