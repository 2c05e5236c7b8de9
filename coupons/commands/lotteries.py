"""Lotteries from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.audience import freeze_audience
from campaigns.commands.audience_checks import problems_of_audience
from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from campaigns.models import Decision
from coupons.commands.activities import (
    keep_template,
    problems_beyond_template,
    problems_of_period,
    problems_of_words,
    stakes_at_face,
)
from coupons.commands.caps import CapBelowUse
from coupons.drawing import SEED_BYTES, digest_of_seed, rest_ppm
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import (
    Lottery,
    LotteryApproval,
    LotteryPrize,
    LotteryRevision,
    LotteryTransition,
    PrizeCount,
)
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

LOTTERIES = Tables(
    subjects=Lottery,
    revisions=LotteryRevision,
    approvals=LotteryApproval,
    transitions=LotteryTransition,
    subject="lottery",
    lock="lottery",
    moves=REVIEWED_MOVES,
)


@command
def create_lottery(*, content: Content, by: AbstractBaseUser, at: datetime, key: UUID | None = None) -> Lottery:
    """Write a new lottery with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    return begin(LOTTERIES, owner={}, content=content, start=Beginning(by, at, key))


def problems_of_lottery(revision: LotteryRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a lottery from being submitted or approved."""
    prizes = prizes_of(revision)
    return [
        *problems_of_words(revision),
        *_problems_of_odds([prize for prize in prizes if not prize.is_fallback]),
        *_problems_of_fallback(revision, prizes),
        *_problems_of_draws(revision),
        *problems_of_audience(revision, shop=None),
        *_problems_of_change(revision.lottery, at),
        *_problems_of_templates(revision, prizes, at),
        *_problems_of_profiles(revision, prizes),
    ]


def prizes_of(revision: LotteryRevision) -> list[LotteryPrize]:
    """Return the prizes and the guaranteed coupon, in the order of the numbers that win them. One query."""
    return list(revision.prizes.select_related("template__current_revision").order_by("position"))


def _problems_of_odds(prizes: list[LotteryPrize]) -> list[Refusal]:
    if not prizes:
        return [Incomplete(N_("Name at least one prize with its odds."), field="prizes")]
    if rest_ppm([prize.odds_ppm for prize in prizes]) < 0:
        return [Incomplete(N_("The odds of all prizes add up to more than the whole."), field="prizes")]
    return []


def _problems_of_fallback(revision: LotteryRevision, prizes: list[LotteryPrize]) -> list[Refusal]:
    if revision.fallback_after is None or any(prize.is_fallback for prize in prizes):
        return []
    return [Incomplete(N_("Choose the coupon that is guaranteed."), field="fallback")]


def _problems_of_draws(revision: LotteryRevision) -> list[Refusal]:
    """Draws need a limit, and somebody has to have some."""
    limits = [limit for limit in (revision.per_day, revision.per_customer) if limit is not None]
    if revision.order_from_cents is None and not limits:
        return [Incomplete(N_("Say how often one customer may draw."), field="per_day")]
    if revision.order_from_cents is None and 0 in limits:
        return [Incomplete(N_("Nobody could draw: give free draws, or draws for orders."), field="per_day")]
    return []


def _problems_of_change(lottery: Lottery, at: datetime) -> list[Refusal]:
    """After the end everybody may know the seed, and with it what every draw would win.

    The review holds the lottery, perhaps since it has waited for it: what counts is the clock now.
    """
    current = lottery.current_revision
    if current is None or current.ends_at > max(at, database_now()):
        return []
    return [Incomplete(N_("This lottery is over and its seed is public. Duplicate it for another."), field="ends_at")]


def _problems_of_templates(revision: LotteryRevision, prizes: list[LotteryPrize], at: datetime) -> list[Refusal]:
    """A prize can only narrow what its template allows, and its coupon must leave time to use it."""
    found: list[Refusal] = []
    for prize in prizes:
        numbers = {"prizes": prize.stock}
        allowed = prize.template.current_revision
        found += problems_beyond_template(allowed, numbers=numbers, per_customer=prize.per_customer or 1)
        found += problems_of_period(revision, prize.template, at)
    return _once(found)


def _problems_of_profiles(revision: LotteryRevision, prizes: list[LotteryPrize]) -> list[Refusal]:
    """Risk control is asked before the number is drawn, so one profile has to judge for all prizes."""
    if revision.risk_profile:
        return []
    in_force = [prize.template.current_revision for prize in prizes]
    codes = sorted({terms.risk_profile for terms in in_force if terms and terms.risk_profile})
    if len(codes) < 2:
        return []
    text = N_("Its prizes name different risk profiles (%(codes)s). Choose the one that judges the draws.")
    return [Incomplete(text, field="risk_profile", codes=", ".join(codes))]


def _once(problems: Iterable[Refusal]) -> list[Refusal]:
    """Leave out what several prizes have in common."""
    return list({(problem.msgid, problem.field, str(problem.figures)): problem for problem in problems}.values())


def _put_in_force(lottery: Lottery, revision: LotteryRevision) -> None:
    prizes = prizes_of(revision)
    for template_id in sorted(prize.template_id for prize in prizes):
        keep_template(template_id, revision)
    _keep_stock_above_use(lottery, prizes)
    freeze_audience(revision, at=revision.approvals.filter(decision=Decision.APPROVED).latest("pk").at)
    seed = token_bytes(SEED_BYTES)
    Lottery.objects.filter(pk=lottery.pk, seed=None).update(seed=seed, seed_digest=digest_of_seed(seed))


def _keep_stock_above_use(lottery: Lottery, prizes: list[LotteryPrize]) -> None:
    """Nobody draws meanwhile: the review holds the lottery."""
    given = PrizeCount.objects.filter(lottery=lottery, day=None, customer=None)
    used = dict(given.values_list("template", "used"))
    for prize in prizes:
        if prize.stock is not None and prize.stock < used.get(prize.template_id, 0):
            raise CapBelowUse(
                N_("%(prize)s: %(used)s are won already, the stock cannot be lower."),
                field="prizes",
                prize=str(prize.template),
                used=used[prize.template_id],
            )


def stakes_of_lottery(revision: LotteryRevision) -> Stakes:
    """Return what can be given at most at face value: the stock of every prize, or what its template may give."""
    stakes = [
        stakes_at_face(prize.template.current_revision, prize.stock).budget_cents for prize in prizes_of(revision)
    ]
    return Stakes(None, None if None in stakes else sum(stakes))


LOTTERY_REVIEW = Review(
    LOTTERIES,
    problems_of=problems_of_lottery,
    put_in_force=_put_in_force,
    stakes_of=stakes_of_lottery,
)
