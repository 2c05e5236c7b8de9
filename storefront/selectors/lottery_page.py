"""What shoppers read of a lottery: prizes with their odds as they are in force, rules, and their own draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.audience_wording import public_sentences
from campaigns.models import Customer
from coupons.drawing import message_of, rest_ppm
from coupons.lifecycle import ReviewedState
from coupons.models import Lottery, LotteryDraw, LotteryPrize, PrizeCount
from coupons.selectors.activities import phase_of_activity
from coupons.selectors.audience import is_meant
from coupons.selectors.draws import DrawsLeft, draws_left, draws_of
from coupons.selectors.lotteries import SHOWN, is_over, public_seed
from coupons.validity import day_of

MOST_DRAWS_SHOWN = 50
WITHOUT_LOGIN = DrawsLeft(seq=1, free=0, earned=0)


@dataclass(frozen=True, slots=True)
class PrizeShown:
    """One prize; `left` None where no stock is set, `gone` where none can be won now."""

    prize: LotteryPrize
    left: int | None
    gone: bool


@dataclass(frozen=True, slots=True)
class LotteryPage:
    """`seed` is empty until a minute after the last draw; `draws` are the customer's own, the latest first."""

    lottery: Lottery
    phase: str
    prizes: Sequence[PrizeShown]
    fallback: LotteryPrize | None
    rest_ppm: int
    audience: Sequence[str]
    left: DrawsLeft
    is_meant: bool
    draws: Sequence[tuple[LotteryDraw, str]]
    seed: str

    @property
    def can_draw(self) -> bool:
        return self.phase == "running" and self.is_meant and self.left.total > 0


def lottery_page(pk: int, *, customer: Customer | None, at: datetime, now: datetime) -> LotteryPage | None:
    """Return the page of a lottery that shoppers may see, None for any other. A dozen queries at most.

    `at` may be the moment of a preview; `now` is the present, which alone decides whether the seed is shown.
    """
    shown = Lottery.objects.filter(pk=pk, state__in=SHOWN, current_revision__isnull=False)
    lottery = shown.select_related("current_revision").first()
    if lottery is None:
        return None
    revision = lottery.current_revision
    known = customer if customer and customer.pk else None
    rows = list(revision.prizes.select_related("template__current_revision", "template__shop").order_by("position"))
    over = is_over(lottery, at=at)
    return LotteryPage(
        lottery=lottery,
        phase="ended" if over else str(phase_of_activity(lottery, sold_out=False, at=at)),
        prizes=_shown([row for row in rows if not row.is_fallback], lottery, at),
        fallback=next((row for row in rows if row.is_fallback), None),
        rest_ppm=rest_ppm([row.odds_ppm for row in rows]),
        audience=public_sentences(revision, shop=None),
        left=draws_left(revision, customer_id=known.pk, at=at) if known else WITHOUT_LOGIN,
        is_meant=known is None or is_meant(revision, customer=known, at=at),
        draws=_own(lottery.pk, known) if known else (),
        seed=public_seed(lottery, now=now),
    )


def _shown(prizes: list[LotteryPrize], lottery: Lottery, at: datetime) -> list[PrizeShown]:
    counts = PrizeCount.objects.filter(lottery=lottery, customer=None)
    used = {(template, day): given for template, day, given in counts.values_list("template", "day", "used")}
    found = []
    for prize in prizes:
        rooms = [
            None if most is None else most - used.get((prize.template_id, day), 0)
            for most, day in ((prize.stock, None), (prize.per_day, day_of(at)))
        ]
        given_out = prize.template.state != ReviewedState.APPROVED
        left = min((room for room in rooms if room is not None), default=None)
        found.append(PrizeShown(prize, left, given_out or left == 0))
    return found


def _own(lottery_id: int, customer: Customer) -> list[tuple[LotteryDraw, str]]:
    """Return the customer's draws, each with the text from which its number follows."""
    own = draws_of(lottery_id=lottery_id, customer_id=customer.pk)[:MOST_DRAWS_SHOWN]
    return [(row, message_of(lottery=lottery_id, customer=customer.pk, seq=row.seq)) for row in own]
