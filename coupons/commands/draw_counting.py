"""How often one customer draws: the statements that take a draw, and what is said where there is none."""

from datetime import datetime

from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from coupons.models import DrawCount, LotteryRevision
from coupons.refusals import NoDrawsLeft
from coupons.selectors.draws import next_earned
from coupons.validity import day_of
from pricing.engine.messages import N_


def take_draw(revision: LotteryRevision, *, customer_id: int, seq: int, at: datetime) -> tuple[object, int | None]:
    """Take one draw from the customer, a free one first; return which order has earned it, (None, None) if none has.

    Only the draw that follows the last one can be taken. Raises NoDrawsLeft.
    """
    own = {"lottery_id": revision.lottery_id, "customer_id": customer_id}
    if seq == 1:
        DrawCount.objects.bulk_create([DrawCount(**own, day=day_of(at))], ignore_conflicts=True)
    if count_free_draw(revision, customer_id=customer_id, seq=seq, at=at):
        return None, None
    if not DrawCount.objects.filter(**own, draws=seq - 1).update(draws=seq):
        raise drawn_elsewhere()
    earned = next_earned(revision, customer_id=customer_id)
    if earned is None:
        raise none_left()
    return earned


def drawn_elsewhere() -> NoDrawsLeft:
    return NoDrawsLeft(N_("You have drawn elsewhere meanwhile. Please reload the page."), field="seq")


def none_left() -> NoDrawsLeft:
    return NoDrawsLeft(N_("You have no draws left here."), field="seq")


def count_free_draw(revision: LotteryRevision, *, customer_id: int, seq: int, at: datetime) -> bool:
    """The statement that decides how often one customer draws for free."""
    day = day_of(at)
    left = DrawCount.objects.filter(lottery=revision.lottery_id, customer=customer_id, draws=seq - 1)
    if revision.per_day is None and revision.per_customer is None:
        return False
    if revision.per_customer is not None:
        left = left.filter(free__lt=revision.per_customer)
    if revision.per_day is not None:
        left = left.filter(Q(today__lt=revision.per_day) | (Q(day__lt=day) if revision.per_day else Q(pk=None)))
    today = Case(When(day__lt=day, then=1), default=F("today") + 1)
    return bool(left.update(draws=seq, free=F("free") + 1, today=today, day=Greatest(F("day"), day)))
