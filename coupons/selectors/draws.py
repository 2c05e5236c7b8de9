"""How often may a customer still draw, and what have they drawn?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from campaigns.sources import ask
from coupons.models import DrawCount, LotteryDraw, LotteryRevision
from coupons.validity import day_of


@dataclass(frozen=True, slots=True)
class DrawsLeft:
    """`seq` is the number of the next draw; `free` and `earned` say how many there are of each kind."""

    seq: int
    free: int
    earned: int

    @property
    def total(self) -> int:
        return self.free + self.earned


def draws_left(revision: LotteryRevision, *, customer_id: int, at: datetime) -> DrawsLeft:
    """Return what a customer may still draw in the lottery of a revision in force. Three queries at most."""
    count = DrawCount.objects.filter(lottery=revision.lottery_id, customer=customer_id).first()
    drawn, free, today = (count.draws, count.free, count.today if count.day >= day_of(at) else 0) if count else (0,) * 3
    rooms = [(revision.per_day, today), (revision.per_customer, free)]
    free_left = min((max(most - had, 0) for most, had in rooms if most is not None), default=0)
    earned = sum(left for _, left in _left_by_order(revision, customer_id))
    return DrawsLeft(seq=drawn + 1, free=free_left, earned=earned)


def next_earned(revision: LotteryRevision, *, customer_id: int) -> tuple[UUID, int] | None:
    """Return the order whose draw comes next and which of its draws that is, the oldest order first."""
    for order_key, left in _left_by_order(revision, customer_id):
        if left:
            return order_key, revision.draws_per_order - left + 1
    return None


def _left_by_order(revision: LotteryRevision, customer_id: int) -> list[tuple[UUID, int]]:
    """Return what each order has earned and not spent: a refund takes back what is left, never what was drawn."""
    if revision.order_from_cents is None:
        return []
    period = revision.starts_at, revision.ends_at
    orders = ask("paid_orders", customer_id, *period, revision.order_from_cents, default=[])
    spent = _spent(revision.lottery_id, customer_id) if orders else {}
    return [(key, max(revision.draws_per_order - spent.get(key, 0), 0)) for key in orders]


def _spent(lottery_id: int, customer_id: int) -> Mapping[UUID, int]:
    earned = LotteryDraw.objects.filter(lottery=lottery_id, customer=customer_id, order_key__isnull=False)
    return dict(earned.order_by().values_list("order_key").annotate(spent=Count("pk")))


def draws_without_prize(*, lottery_id: int, customer_id: int, before: int) -> int:
    """Return how many draws in a row before the draw number `before` have given the customer nothing."""
    given = LotteryDraw.objects.filter(lottery=lottery_id, customer=customer_id, coupon__isnull=False)
    last = given.aggregate(last=Max("seq"))["last"] or 0
    return before - 1 - last


def draws_of(*, lottery_id: int, customer_id: int) -> QuerySet[LotteryDraw]:
    """Return what a customer has drawn, the latest first."""
    own = LotteryDraw.objects.filter(lottery=lottery_id, customer=customer_id)
    return own.select_related("drawn__template__current_revision", "coupon__revision", "given", "revision").order_by(
        "-seq"
    )
