"""The template's purse: how many coupons and how much money it has given out, with one entry per step.

The entries of a coupon sum to what it holds of the budget: its reservation while it is unused, what it
really took once it is used, nothing after it has expired. No entry ever lifts the sum above the total.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import F

from coupons.commands.guards import Guard
from coupons.models import BudgetMove, Coupon, TemplateBudget, TemplateBudgetEntry
from coupons.refusals import AllGone, IssuedTooFast
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import locking

# The statement that decides how many coupons and cents a template gives out, in all and within one minute. A claim
# whose minute is over by the clock of another one counts in that one's minute.
COUNT_ISSUE = """
UPDATE coupons_templatebudget purse
SET issued = issued + 1, used_cents = used_cents + new.cents, minute = GREATEST(purse.minute, new.minute),
    minute_issued = CASE WHEN purse.minute >= new.minute THEN minute_issued ELSE 0 END + 1,
    minute_cents = CASE WHEN purse.minute >= new.minute THEN minute_cents ELSE 0 END + new.cents
FROM (SELECT %s::bigint AS cents, %s::timestamptz AS minute, %s::bigint AS most, %s::bigint AS most_cents) new
WHERE template_id = %s AND (issue_total IS NULL OR issued < issue_total)
  AND (total_cents IS NULL OR used_cents + new.cents <= total_cents)
  AND CASE WHEN purse.minute >= new.minute THEN minute_issued ELSE 0 END < COALESCE(most_per_minute, new.most)
  AND CASE WHEN purse.minute >= new.minute THEN minute_cents ELSE 0 END + new.cents
      <= COALESCE(most_cents_per_minute, new.most_cents)
"""
# Its entry, part of the statement that issues the coupon.
ENTER_ISSUED = f"""
INSERT INTO coupons_templatebudgetentry (template_id, coupon_id, move, amount_cents, source, at)
SELECT template_id, id, '{BudgetMove.RESERVE}', reserved_cents, 'issue', issued_at FROM issued
"""


def reservation(coupon: Coupon, *, at: datetime) -> list[Guard]:
    """The guard that counts the coupon and reserves its cents.

    It refuses with AllGone when number or money is used up, with IssuedTooFast when it is for this minute.
    """
    face_cents, minute = coupon.reserved_cents, at.replace(second=0, microsecond=0)
    most, most_cents = settings.COUPONS_PER_MINUTE, settings.COUPON_CENTS_PER_MINUTE
    counted = (face_cents, minute, most, most_cents, coupon.template_id)
    return [Guard("template_budget", COUNT_ISSUE, counted, lambda: why_none_left(coupon, at=at))]


def all_given_out() -> Refusal:
    return AllGone(N_("All coupons of this kind have been given out."))


def why_none_left(coupon: Coupon, *, at: datetime) -> Refusal:
    """Read the purse to say what was used up: the whole, or what one minute may take."""
    purse = TemplateBudget.objects.get(pk=coupon.template_id)
    some_are_left = purse.issue_total is None or purse.issued < purse.issue_total
    some_money_is_left = purse.total_cents is None or purse.used_cents + coupon.reserved_cents <= purse.total_cents
    if not some_are_left or not some_money_is_left:
        return all_given_out()
    return IssuedTooFast(
        N_("Very many coupons of this kind are being given out right now. Please try again later."),
        template=coupon.template_id,
    )


def settle(coupon: Coupon, *, spent_cents: int, order_key: object, at: datetime) -> None:
    """Give back what the use of a coupon left of its reservation.

    A coupon with a declared expected cost may have taken more than that; it was issued, so it is honoured,
    and the budget books no more than what was reserved. The shares of the order hold what was really given.
    """
    unspent_cents = coupon.reserved_cents - min(spent_cents, coupon.reserved_cents)
    _give_back(coupon, BudgetMove.SETTLE, unspent_cents, source=f"order:{order_key}", at=at)


def release(coupon: Coupon, *, cents: int, source: str, at: datetime) -> None:
    """Give the whole reservation back: the coupon will never be used."""
    _give_back(coupon, BudgetMove.RELEASE, cents, source=source, at=at)


def restore(coupon: Coupon, *, order_key: object, at: datetime) -> int:
    """Reserve again what the use had given back, as far as the budget has room; return the cents now held.

    A coupon that was issued once is never refused for lack of budget.
    """
    locking("template_budget")
    purse = TemplateBudget.objects.select_for_update().get(pk=coupon.template_id)
    held_cents = _held_cents(coupon)
    wanted_cents = coupon.reserved_cents - held_cents
    room_cents = wanted_cents if purse.total_cents is None else purse.total_cents - purse.used_cents
    taken_cents = min(wanted_cents, room_cents)
    TemplateBudget.objects.filter(pk=purse.pk).update(used_cents=F("used_cents") + taken_cents)
    _enter(coupon, BudgetMove.RESTORE, taken_cents, source=f"order:{order_key}", at=at)
    return held_cents + taken_cents


def _held_cents(coupon: Coupon) -> int:
    return sum(TemplateBudgetEntry.objects.filter(coupon=coupon).values_list("amount_cents", flat=True))


def give_back(*, template_id: int, cents: int) -> None:
    """Let the purse hold so many cents less; whoever calls has entered of which coupons."""
    locking("template_budget")
    TemplateBudget.objects.filter(pk=template_id).update(used_cents=F("used_cents") - cents)


def _give_back(coupon: Coupon, move: BudgetMove, cents: int, *, source: str, at: datetime) -> None:
    give_back(template_id=coupon.template_id, cents=cents)
    _enter(coupon, move, -cents, source=source, at=at)


def _enter(coupon: Coupon, move: BudgetMove, cents: int, *, source: str, at: datetime) -> None:
    TemplateBudgetEntry.objects.create(
        template_id=coupon.template_id, coupon=coupon, move=move, amount_cents=cents, source=source, at=at
    )
