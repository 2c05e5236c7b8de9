"""What shoppers read of a lottery: prizes with their odds as they are in force, rules, and their own draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.audience_wording import public_sentences
from campaigns.models import Customer
from coupons.drawing import message_of, ranges_of, rest_ppm
from coupons.lifecycle import ReviewedState
from coupons.models import CaseState, Lottery, LotteryDraw, LotteryPrize, LotteryRevision, PrizeCount, RiskCase
from coupons.risk.attempt import draw_topic
from coupons.selectors.audience import is_meant
from coupons.selectors.draws import DrawsLeft, draws_left, draws_of
from coupons.selectors.lotteries import SHOWN, phase_of_lottery, public_seed
from coupons.validity import day_of

MOST_DRAWS_SHOWN = 50
WITHOUT_LOGIN = DrawsLeft(seq=1, free=0, earned=0)


@dataclass(frozen=True, slots=True)
class PrizeShown:
    """One prize; `left` None where no stock is set, `gone` where none can be won now; `numbers` that win it."""

    prize: LotteryPrize
    left: int | None
    gone: bool
    numbers: str


@dataclass(frozen=True, slots=True)
class FormerOdds:
    """The odds of an earlier version with which the customer has drawn: each prize with the numbers that won it."""

    number: int
    prizes: Sequence[tuple[LotteryPrize, str]]
    rest_ppm: int


@dataclass(frozen=True, slots=True)
class LotteryPage:
    """`seed` is empty until a minute after the last draw; `draws` are the customer's own, the latest first.

    `former` are the odds of earlier versions that these were made with. `held`: "waiting" or "blocked" where risk
    control has held the next draw and staff has not let it pass, else empty.
    """

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
    former: Sequence[FormerOdds] = ()
    held: str = ""

    @property
    def can_draw(self) -> bool:
        return self.phase == "running" and self.is_meant and self.left.total > 0 and not self.held


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
    left = draws_left(revision, customer_id=known.pk, at=at) if known else WITHOUT_LOGIN
    draws = _own(lottery.pk, known) if known else []
    return LotteryPage(
        lottery=lottery,
        phase=phase_of_lottery(lottery, at=at),
        prizes=_shown([row for row in rows if not row.is_fallback], lottery, at),
        fallback=next((row for row in rows if row.is_fallback), None),
        rest_ppm=rest_ppm([row.odds_ppm for row in rows]),
        audience=public_sentences(revision, shop=None),
        left=left,
        is_meant=known is None or is_meant(revision, customer=known, at=at),
        draws=draws,
        seed=public_seed(lottery, now=now),
        former=_former({row.revision_id for row, _ in draws} - {revision.pk}),
        held=_held(lottery.pk, known, left.seq) if known else "",
    )


def _shown(prizes: list[LotteryPrize], lottery: Lottery, at: datetime) -> list[PrizeShown]:
    counts = PrizeCount.objects.filter(lottery=lottery, customer=None)
    used = {(template, day): given for template, day, given in counts.values_list("template", "day", "used")}
    found = []
    ranges = _numbers([prize.odds_ppm for prize in prizes])
    for prize, numbers in zip(prizes, ranges, strict=True):
        rooms = [
            None if most is None else most - used.get((prize.template_id, day), 0)
            for most, day in ((prize.stock, None), (prize.per_day, day_of(at)))
        ]
        given_out = prize.template.state != ReviewedState.APPROVED
        left = min((room for room in rooms if room is not None), default=None)
        found.append(PrizeShown(prize, left, given_out or left == 0, numbers))
    return found


def _numbers(odds_ppm: list[int]) -> list[str]:
    return [f"{first:06} – {last:06}" if last >= first else "–" for first, last in ranges_of(odds_ppm)]


def _former(revision_ids: set[int]) -> list[FormerOdds]:
    """Return what held in earlier versions, the latest first. Two queries, most often none."""
    found = []
    if revision_ids:
        related = "prizes__template__current_revision"
        revisions = LotteryRevision.objects.filter(pk__in=revision_ids).prefetch_related(related)
        for revision in revisions.order_by("-number"):
            rows = sorted((row for row in revision.prizes.all() if not row.is_fallback), key=lambda row: row.position)
            odds = [row.odds_ppm for row in rows]
            found.append(FormerOdds(revision.number, list(zip(rows, _numbers(odds), strict=True)), rest_ppm(odds)))
    return found


def _held(lottery_id: int, customer: Customer, seq: int) -> str:
    """Return how the next draw stands that risk control may have held. One query."""
    about = RiskCase.objects.filter(topic=draw_topic(lottery_id, customer.pk, seq)).order_by("-pk")
    state = about.values_list("state", flat=True).first()
    return state if state in (CaseState.WAITING, CaseState.BLOCKED) else ""


def _own(lottery_id: int, customer: Customer) -> list[tuple[LotteryDraw, str]]:
    """Return the customer's draws, each with the text from which its number follows."""
    own = draws_of(lottery_id=lottery_id, customer_id=customer.pk)[:MOST_DRAWS_SHOWN]
    return [(row, message_of(lottery=lottery_id, customer=customer.pk, seq=row.seq)) for row in own]
