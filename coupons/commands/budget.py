"""The template's purse: how many coupons and how much money it has given out, with one entry per step.

The entries of a coupon sum to what it holds of the budget: its reservation while it is unused, what it
really took once it is used, nothing after it has expired. No entry ever lifts the sum above the total.
"""

from datetime import datetime

from django.db.models import F, Q

from coupons.models import BudgetMove, Coupon, TemplateBudget, TemplateBudgetEntry
from coupons.refusals import AllGone
from pricing.engine.messages import N_
from pricing.transactions import locking


def reserve(coupon: Coupon, *, at: datetime) -> None:
    """Count the coupon and reserve its cents. Raises AllGone when number or money is used up."""
    locking("template_budget")
    if not count_issue(template_id=coupon.template_id, face_cents=coupon.reserved_cents):
        raise AllGone(N_("All coupons of this kind have been given out."))
    _enter(coupon, BudgetMove.RESERVE, coupon.reserved_cents, source="issue", at=at)


def count_issue(*, template_id: int, face_cents: int) -> bool:
    """The statement that decides how many coupons and cents a template gives out."""
    within_number = Q(issue_total=None) | Q(issued__lt=F("issue_total"))
    within_budget = Q(total_cents=None) | Q(total_cents__gte=F("used_cents") + face_cents)
    room = TemplateBudget.objects.filter(within_number, within_budget, pk=template_id)
    return bool(room.update(issued=F("issued") + 1, used_cents=F("used_cents") + face_cents))


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


def _give_back(coupon: Coupon, move: BudgetMove, cents: int, *, source: str, at: datetime) -> None:
    locking("template_budget")
    TemplateBudget.objects.filter(pk=coupon.template_id).update(used_cents=F("used_cents") - cents)
    _enter(coupon, move, -cents, source=source, at=at)


def _enter(coupon: Coupon, move: BudgetMove, cents: int, *, source: str, at: datetime) -> None:
    TemplateBudgetEntry.objects.create(
        template_id=coupon.template_id, coupon=coupon, move=move, amount_cents=cents, source=source, at=at
    )
