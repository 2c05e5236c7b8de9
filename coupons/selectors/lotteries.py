"""What lotteries have given so far, and which of them shoppers see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from campaigns.models import Customer
from coupons.drawing import rest_ppm
from coupons.expected_prizes import Expected, PrizeTerms, expected_fallback, expected_prizes
from coupons.lifecycle import ReviewedState
from coupons.models import Lottery, LotteryDraw, LotteryPrize, LotteryRevision, PrizeCount
from coupons.selectors.activities import phase_of_activity

# Shown to shoppers: what runs, waits, rests, or is over and can be checked.
SHOWN = (ReviewedState.APPROVED, ReviewedState.PAUSED, ReviewedState.STOPPED)

# So long after the end the seed stays secret: clocks differ a little, and a prolongation may just be on its way.
SEED_WAITS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many draws a lottery has had, and how many of them gave a coupon."""

    draws: int = 0
    given: int = 0


@dataclass(frozen=True, slots=True)
class PrizeFigures:
    """One row of a revision, `prize` None for the rest: what is expected of it and what has come of it.

    `drawn` counts the numbers that fell on it, `of` all draws with this revision; `given` the coupons of its template
    in the whole lottery; `left` None = no stock is set.
    """

    prize: LotteryPrize | None
    odds_ppm: int
    expected: Expected | None
    drawn: int
    of: int
    given: int
    left: int | None


def drawn_in(lottery_ids: Collection[int]) -> dict[int, Drawn]:
    """Return how far each lottery has come. One query."""
    draws = LotteryDraw.objects.filter(lottery__in=lottery_ids).order_by().values_list("lottery")
    counted = draws.annotate(draws=Count("pk"), given=Count("pk", filter=Q(coupon__isnull=False)))
    return dict.fromkeys(lottery_ids, Drawn()) | {pk: Drawn(drawn, given) for pk, drawn, given in counted}


def shown_lotteries(*, at: datetime) -> QuerySet[Lottery]:
    """Return the lotteries that shoppers can draw in now or soon, those that end first at the top. One query."""
    running = Lottery.objects.filter(state=ReviewedState.APPROVED, current_revision__ends_at__gt=at)
    return running.select_related("current_revision").order_by("current_revision__ends_at", "pk")


@dataclass(frozen=True, slots=True)
class Taken:
    """A lottery as one customer sees it in a list: how often they have drawn, and how many coupons that gave."""

    lottery: Lottery
    phase: str
    draws: int
    given: int


def lotteries_for(customer: Customer | None, *, at: datetime) -> list[Taken]:
    """Return the lotteries that run or come, then those that are over in which a customer has drawn. Two queries."""
    shown = list(shown_lotteries(at=at))
    own: dict[int, tuple[int, int]] = {}
    if customer is not None:
        draws = LotteryDraw.objects.filter(customer=customer).order_by().values_list("lottery")
        counted = draws.annotate(draws=Count("pk"), given=Count("pk", filter=Q(coupon__isnull=False)))
        own = {pk: (drawn, given) for pk, drawn, given in counted}
        past = Lottery.objects.filter(pk__in=own, state__in=SHOWN).exclude(pk__in=[row.pk for row in shown])
        shown += past.select_related("current_revision").order_by("-current_revision__ends_at", "-pk")
    return [Taken(row, phase_of_lottery(row, at=at), *own.get(row.pk, (0, 0))) for row in shown]


def phase_of_lottery(lottery: Lottery, *, at: datetime) -> str:
    return "ended" if is_over(lottery, at=at) else str(phase_of_activity(lottery, sold_out=False, at=at))


def is_over(lottery: Lottery, *, at: datetime) -> bool:
    """Whether nobody can ever draw again: stopped, or past its end."""
    return lottery.state == ReviewedState.STOPPED or lottery.current_revision.ends_at <= at


def public_seed(lottery: Lottery, *, now: datetime) -> str:
    """Return the seed in hexadecimal digits once it may be known, empty before.

    `now` is the present, never another moment that somebody only looks at.
    """
    return bytes(lottery.seed).hex() if is_over(lottery, at=now - SEED_WAITS) else ""


def expected_of(revision: LotteryRevision) -> dict[int, Expected]:
    """Return what the expected draws give of each row, by its key. One query."""
    rows = list(revision.prizes.select_related("template__current_revision").order_by("position"))
    prizes = [row for row in rows if not row.is_fallback]
    terms = [PrizeTerms(row.odds_ppm, row.stock, _face_cents(row)) for row in prizes]
    draws = revision.expected_draws
    found = dict(zip([row.pk for row in prizes], expected_prizes(terms, draws=draws), strict=True))
    for row in rows:
        if row.is_fallback:
            after, face_cents = revision.fallback_after, _face_cents(row)
            found[row.pk] = expected_fallback(terms, face_cents=face_cents, after=after, draws=draws)
    return found


def prize_figures(revision: LotteryRevision) -> list[PrizeFigures]:
    """Return the rows of a revision with their figures, the rest last. Four queries."""
    draws = LotteryDraw.objects.filter(revision=revision).order_by().values_list("drawn").annotate(found=Count("pk"))
    drawn = dict(draws)
    counts = PrizeCount.objects.filter(lottery=revision.lottery_id, day=None, customer=None)
    given = dict(counts.values_list("template", "used"))
    expected, of = expected_of(revision), sum(drawn.values())
    rows = list(revision.prizes.select_related("template__current_revision").order_by("position"))
    found = [
        PrizeFigures(
            prize=row,
            odds_ppm=row.odds_ppm,
            expected=expected[row.pk],
            drawn=drawn.get(row.pk, 0),
            of=of,
            given=given.get(row.template_id, 0),
            left=None if row.stock is None else row.stock - given.get(row.template_id, 0),
        )
        for row in rows
    ]
    rest = rest_ppm([row.odds_ppm for row in rows])
    return [*found, PrizeFigures(None, rest, None, drawn.get(None, 0), of, 0, None)]


def _face_cents(row: LotteryPrize) -> int:
    terms = row.template.current_revision
    return terms.face_cents if terms else 0
