"""A customer draws in a lottery: one draw less, one number, and what it wins.

Locks: the lottery (shared) and the customer's own count, then what issuing takes, and the counts of the prize last.
A prize that cannot be given is taken back to the savepoint before it; the draw goes on with the guaranteed coupon.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection

from campaigns.models import Customer
from coupons.commands.breaker import trip_when_too_fast
from coupons.commands.draw_counting import drawn_elsewhere, none_left, take_draw
from coupons.commands.guards import Guard, pass_guards
from coupons.commands.issuing import Twin, coupon_of, issue
from coupons.commands.risk import assess, noted
from coupons.drawing import landed_on, message_of, number_of
from coupons.lifecycle import ReviewedState
from coupons.models import Coupon, CouponTemplate, Lottery, LotteryDraw, LotteryPrize, LotteryRevision, Route
from coupons.refusals import (
    ClaimOver,
    GrantKeyUsed,
    IssuedTooFast,
    NoDrawsLeft,
    NotForYou,
    NotGivenNow,
    NotOpenYet,
    OddsChanged,
    PrizeGone,
)
from coupons.risk.attempt import Attempt, draw_topic
from coupons.risk.origin import NOWHERE, Origin
from coupons.risk.signals import DRAW
from coupons.selectors.audience import is_meant
from coupons.selectors.draws import draws_left, draws_without_prize
from coupons.validity import day_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.gate import pass_with_others
from pricing.transactions import Busy, attempt, command, locking

# The statement that decides how much of a prize is given: in all, that day, to this customer, each with its own row.
COUNT_PRIZE = """
INSERT INTO coupons_prizecount AS counted (lottery_id, template_id, day, customer_id, total, used)
VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (lottery_id, template_id, day, customer_id)
DO UPDATE SET used = counted.used + 1, total = EXCLUDED.total
WHERE EXCLUDED.total IS NULL OR counted.used < EXCLUDED.total
"""
GONE = N_("This prize has run out.")
GONE_TODAY = N_("This prize has run out for today.")
HAD_ENOUGH = N_("You have won this prize as often as one customer may.")
GUARANTEED = N_("Guaranteed after so many draws without a prize.")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The `seq`-th draw of a customer, with the odds of the version that was shown to them (None = any)."""

    lottery_id: int
    customer_id: int
    seq: int
    shown_revision_id: int | None


def draw(
    *,
    lottery_id: int,
    customer_id: int,
    seq: int,
    at: datetime,
    shown_revision_id: int | None = None,
    origin: Origin = NOWHERE,
) -> LotteryDraw:
    """Return the customer's `seq`-th draw, made now unless it was before.

    The page sends the `seq` it showed, so a double click is one draw and answers twice with the same, and the version
    whose odds it showed. A prize that cannot be given is no error: the guaranteed coupon or nothing takes its place,
    and the draw says why. Raises NotOpenYet, ClaimOver, OddsChanged, NotForYou, NoDrawsLeft;
    NotNow or UnderReview by risk control. Then nothing has been drawn.
    """
    if drawn := _drawn(lottery_id, customer_id, seq):
        return drawn
    wanted = _Wanted(lottery_id, customer_id, seq, shown_revision_id)
    try:
        _look(wanted, at=at)
    except NoDrawsLeft:
        if twin := _drawn(lottery_id, customer_id, seq):
            return twin
        raise
    assessed = assess(_attempt(wanted, origin), at=at)
    too_fast: list[IssuedTooFast] = []
    made = _draw(wanted, at=at, too_fast=too_fast, noting=noted(assessed, at=at))
    for refusal in too_fast:  # nothing was refused to the shopper, so nobody else tells the breaker
        trip_when_too_fast(draw, (), {"at": at}, refusal)
    return made


def _look(wanted: _Wanted, *, at: datetime) -> None:
    """Refuse what cannot be drawn as far as looking tells, so that risk control judges draws alone; no locks."""
    in_force = LotteryRevision.objects.filter(current_of=wanted.lottery_id, current_of__state=ReviewedState.APPROVED)
    revision = in_force.first()
    _check_open(revision, wanted, at=at)
    left = draws_left(revision, customer_id=wanted.customer_id, at=at)
    if wanted.seq != left.seq:
        raise drawn_elsewhere()
    if not left.total:
        raise none_left()


def _attempt(wanted: _Wanted, origin: Origin) -> Attempt:
    """What risk control judges: by the profile of the lottery, else the first one of its prizes that there is."""
    in_force = LotteryRevision.objects.filter(current_of=wanted.lottery_id).order_by("prizes__position")
    rows = list(in_force.values_list("risk_profile", "prizes__template__current_revision__risk_profile"))
    return Attempt(
        act=DRAW,
        kind=Lottery._meta.label_lower,
        object_id=wanted.lottery_id,
        customer_id=wanted.customer_id,
        key=draw_topic(wanted.lottery_id, wanted.customer_id, wanted.seq),
        origin=origin,
        profiles=(*(own for own, _ in rows), *(of_prize or "" for _, of_prize in rows)),
        params={"lottery_id": wanted.lottery_id, "customer_id": wanted.customer_id, "seq": wanted.seq},
    )


@command
def _draw(wanted: _Wanted, *, at: datetime, too_fast: list[IssuedTooFast], noting: Sequence[Guard]) -> LotteryDraw:
    lottery_id, customer_id, seq = wanted.lottery_id, wanted.customer_id, wanted.seq
    if drawn := _drawn(lottery_id, customer_id, seq):
        return drawn
    revision = _kept_lottery(lottery_id)
    _check_open(revision, wanted, at=at)
    try:
        order_key, order_seq = take_draw(revision, customer_id=customer_id, seq=seq, at=at)
    except NoDrawsLeft:
        if twin := _drawn(lottery_id, customer_id, seq):
            return twin
        raise
    message = message_of(lottery=lottery_id, customer=customer_id, seq=seq)
    made = LotteryDraw(
        lottery_id=lottery_id,
        revision=revision,
        customer_id=customer_id,
        seq=seq,
        number=number_of(bytes(revision.lottery.seed), message),
        order_key=order_key,
        order_seq=order_seq,
        at=at,
    )
    _give_what_is_won(made, too_fast)
    made.save(force_insert=True)
    if noting:
        pass_guards(noting)
    return made


def _drawn(lottery_id: int, customer_id: int, seq: int) -> LotteryDraw | None:
    return LotteryDraw.objects.filter(lottery=lottery_id, customer=customer_id, seq=seq).first()


def _kept_lottery(lottery_id: int) -> LotteryRevision | None:
    """Keep the lottery as it is until commit: after a stop is shown nobody draws, and the odds are those shown."""
    locking("lottery")
    pass_with_others(Lottery._meta.db_table, [lottery_id])
    with connection.cursor() as cursor:
        query = "SELECT current_revision_id FROM coupons_lottery WHERE id = %s AND state = %s FOR SHARE"
        cursor.execute(query, (lottery_id, ReviewedState.APPROVED))
        found = cursor.fetchone()
    return LotteryRevision.objects.select_related("lottery").get(pk=found[0]) if found else None


def _check_open(revision: LotteryRevision | None, wanted: _Wanted, *, at: datetime) -> None:
    """Refuse a lottery that is not open now, not open to this customer, or not the version that was shown."""
    if revision is None or revision.ends_at <= at:
        raise ClaimOver(N_("Nobody can draw here now."))
    if revision.starts_at > at:
        raise NotOpenYet(N_("Drawing starts at %(starts_at)s."), starts_at=revision.starts_at.isoformat())
    if wanted.shown_revision_id not in (None, revision.pk):
        raise OddsChanged(N_("The prizes or odds have just changed. Please look at them again."))
    _check_audience(revision, wanted.customer_id, at=at)


def _check_audience(revision: LotteryRevision, customer_id: int, *, at: datetime) -> None:
    if not revision.has_audience:
        return
    if not is_meant(revision, customer=Customer.objects.get(pk=customer_id), at=at):
        raise NotForYou(N_("This lottery is for other customers."))


def _give_what_is_won(made: LotteryDraw, too_fast: list[IssuedTooFast]) -> None:
    """Issue the prize that the number has drawn, else what is guaranteed; if neither can be, nothing, with reasons."""
    rows = list(made.revision.prizes.select_related("template__current_revision").order_by("position"))
    prizes = [row for row in rows if not row.is_fallback]
    index = landed_on(made.number, [prize.odds_ppm for prize in prizes])
    if index is not None:
        made.drawn = prizes[index]
        if _give(made, prizes[index], too_fast):
            return
    fallback = next((row for row in rows if row.is_fallback), None)
    if fallback is None:
        return
    if index is None:
        if not _is_guaranteed(made):
            return
        made.reasons.append(GUARANTEED)
    _give(made, fallback, too_fast)


def _is_guaranteed(made: LotteryDraw) -> bool:
    after = made.revision.fallback_after
    own = {"lottery_id": made.lottery_id, "customer_id": made.customer_id}
    return after is not None and draws_without_prize(**own, before=made.seq) + 1 >= after


def _give(made: LotteryDraw, prize: LotteryPrize, too_fast: list[IssuedTooFast]) -> bool:
    """Issue the coupon of a prize; False, with the reason noted, if there is none left for this customer."""
    try:
        coupon = _issued_as_in_force(made, prize)
    except Busy:
        raise
    except Refusal as refusal:
        made.reasons.append(refusal.msgid)
        if isinstance(refusal, IssuedTooFast):
            too_fast.append(refusal)
        return False
    made.given, made.coupon = prize, coupon
    return True


def _issued_as_in_force(made: LotteryDraw, prize: LotteryPrize) -> Coupon:
    """Issue the coupon of a prize; a second time if a new version of its template came between reading and issuing."""
    with suppress(ClaimOver, NotGivenNow), attempt():
        return _issued(made, prize)
    prize.template = CouponTemplate.objects.select_related("current_revision").get(pk=prize.template_id)
    with attempt():
        return _issued(made, prize)


def _issued(made: LotteryDraw, prize: LotteryPrize) -> Coupon:
    coupon = coupon_of(
        prize.template.current_revision,
        customer_id=made.customer_id,
        at=made.at,
        route=Route.LOTTERY,
        grant_key=f"draw:{made.lottery_id}:{made.customer_id}:{made.seq}",
    )
    try:
        issue(coupon, at=made.at, counting=prize_counts(made, prize))
    except Twin:
        raise GrantKeyUsed(N_("Under this number another coupon was given out."), field="grant_key") from None
    return coupon


def prize_counts(made: LotteryDraw, prize: LotteryPrize) -> list[Guard]:
    """The counts that a prize enters, each of which refuses it with PrizeGone when it is full."""
    limits = (
        (None, None, prize.stock, GONE),
        (day_of(made.at), None, prize.per_day, GONE_TODAY),
        (None, made.customer_id, prize.per_customer, HAD_ENOUGH),
    )
    return [
        Guard("prize", COUNT_PRIZE, (made.lottery_id, prize.template_id, day, customer, total), partial(PrizeGone, why))
        for day, customer, total, why in limits
    ]
