"""Occasions of members, noted once each, and the coupons for them.

The event notes the occasion in its own transaction and gives the coupon right after; the timer gives what a crash has
left, and notes birthdays. However often and by how many it is done, the business key makes it one coupon.

Risk control judges before anything is given, by the profile of the coupon: who is blocked gets nothing, what is held
waits for a person (docs/decisions/0012).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from campaigns.commands.staff_notices import tell_staff
from campaigns.selectors.staff import staff_with
from coupons.commands.breaker import in_turn, room_for_lists
from coupons.commands.guards import Guard, gate, never
from coupons.commands.issuing import Twin, coupon_of, issue, revision_given_out
from coupons.commands.risk import REFUSED_TO_STAFF, assess, noted
from coupons.lifecycle import ReviewedState
from coupons.models import Coupon, GiftDue, MemberGift, Occasion, Route
from coupons.refusals import GiftHalted, MinuteFull, NotGivenNow, NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.origin import NOWHERE, UNKNOWN_HOURS, Origin
from coupons.risk.signals import GIFT
from coupons.selectors.member_gifts import birthday_gifts, birthdays_of, gifts_for
from coupons.validity import day_of, start_of_day
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message
from pricing.ledger import book_once
from pricing.timers import one_by_one
from pricing.transactions import Busy, command
from pricing.wording import say

SIGN_UP = "sign-up"
CATCH_UP_DAYS = 30  # so long the workers may stand still without a birthday being missed
LEAST_DAYS = 183  # between two birthdays of a customer, whatever the year says
MOST_AT_ONCE = 1_000
LONGEST = GiftDue._meta.get_field("refused").max_length
HOLD_GIFT = "SELECT 1 FROM coupons_membergift WHERE id = %s AND state = %s FOR SHARE"
SETTLE_DUE = """
UPDATE coupons_giftdue SET coupon_id = (SELECT id FROM coupons_coupon WHERE number = %s), refused = '', figures = '{}',
    address = NULL, device = NULL
WHERE id = %s AND coupon_id IS NULL
"""
NOTE_BIRTHDAYS = """
INSERT INTO coupons_giftdue (gift_id, customer_id, occasion, at, refused, figures, device_hours)
SELECT %s, customer.id, %s, %s, '', '{}', %s FROM campaigns_customer customer
JOIN unnest(%s::smallint[], %s::smallint[]) AS born (month, day)
  ON customer.birth_month = born.month AND customer.birth_day = born.day
WHERE customer.registered_at < %s AND COALESCE(customer.birthday_at < %s, TRUE) AND NOT EXISTS (
    SELECT 1 FROM coupons_giftdue earlier
    WHERE earlier.gift_id = %s AND earlier.customer_id = customer.id AND earlier.at > %s
)
ON CONFLICT (gift_id, customer_id, occasion) DO NOTHING
"""


@command
def note_sign_up(*, customer_id: int, at: datetime, origin: Origin = NOWHERE) -> None:
    """A customer has signed up: what gifts promise for it is given as soon as this transaction is over."""
    _note(gifts_for(Occasion.SIGN_UP, at=at), customer_id, SIGN_UP, at, origin)


def _note(gifts: Iterable[MemberGift], customer_id: int, occasion: str, at: datetime, origin: Origin = NOWHERE) -> None:
    named = {"customer_id": customer_id, "occasion": occasion}
    from_where = {"address": origin.address, "device": origin.device, "device_hours": origin.device_hours}
    for gift in gifts:
        if book_once(GiftDue(gift=gift, at=at, **named, **from_where)):
            due = GiftDue.objects.get(gift=gift, **named)
            transaction.on_commit(partial(give_due, due.pk), robust=True)


def give_what_is_due(*, at: datetime) -> int:
    """Note the birthdays up to today, and give what is due; return how many coupons. For the timer."""
    for gift in birthday_gifts(at=at):
        for day in _days_of(gift, at=at):
            note_birthdays(gift_id=gift.pk, day=day, at=at)
    open_dues = GiftDue.objects.filter(coupon=None, refused="", gift__state=ReviewedState.APPROVED)
    # What waits for a paused template keeps no other waiting.
    open_dues = open_dues.exclude(gift__template__state=ReviewedState.PAUSED).order_by("pk")
    return _give_in_shares(open_dues.values_list("pk", "gift__template"))


def _give_in_shares(dues: QuerySet) -> int:
    """Give what is due: where the minute of a template is full, the turns of its dues go to those of others."""
    full: set[int] = set()
    given, after, room = 0, 0, MOST_AT_ONCE
    while batch := list(dues.filter(pk__gt=after).exclude(gift__template__in=full)[:room]):
        skipped: list[int] = []
        given += one_by_one(batch, partial(_give_unless_full, full=full, skipped=skipped))
        after, room = batch[-1][0], len(skipped)
    return given


def _give_unless_full(due: tuple[int, int], *, full: set[int], skipped: list[int]) -> bool:
    due_id, template_id = due
    if template_id in full:
        skipped.append(due_id)
        return False
    try:
        return _give_now(due_id)
    except MinuteFull:
        full.add(template_id)
        return False


def _days_of(gift: MemberGift, *, at: datetime) -> Iterable[date]:
    """The days up to today that lie in the period of a gift and may not have been looked at yet."""
    revision, today = gift.current_revision, day_of(at)
    for back in range(CATCH_UP_DAYS, -1, -1):
        day = today - timedelta(days=back)
        if day_of(revision.starts_at) <= day and start_of_day(day) < revision.ends_at:
            yield day


@command
def note_birthdays(*, gift_id: int, day: date, at: datetime) -> int:
    """Note everybody whose birthday a day is, who was a member then and had told it; return how many are new.

    Who has had this gift within half a year has moved the birthday, and gets none for it.
    """
    born = birthdays_of(day)
    months, days = [month for month, _ in born], [one for _, one in born]
    over = start_of_day(day + timedelta(days=1))
    lately = start_of_day(day - timedelta(days=LEAST_DAYS))
    with connection.cursor() as cursor:
        said = [gift_id, str(day.year), at, UNKNOWN_HOURS, months, days]
        cursor.execute(NOTE_BIRTHDAYS, [*said, over, over, gift_id, lately])
        return cursor.rowcount


def give_due(due_id: int) -> bool:
    """Give the coupon of one occasion; False if it is there already. What cannot be given is noted with its reason."""
    try:
        return _give_now(due_id)
    except MinuteFull:
        return False  # the timer comes again


def _give_now(due_id: int) -> bool:
    due = GiftDue.objects.select_related("gift").get(pk=due_id)
    if due.coupon_id or due.gift.state != ReviewedState.APPROVED:
        return False
    try:
        return _give_judged(due, at=database_now())
    except MinuteFull:
        raise
    except (NotGivenNow, GiftHalted, Busy):
        return False  # the timer comes again
    except (UnderReview, NotNow) as refusal:
        _keep_reason(due_id=due_id, why=REFUSED_TO_STAFF[type(refusal)])
        return False
    except Refusal as refusal:
        _note_refusal(due_id=due_id, why=refusal, at=database_now())
        return False


def _give_judged(due: GiftDue, *, at: datetime) -> bool:
    assessed = assess(_attempt(due), at=at)
    return _give(due=due, at=at, noting=noted(assessed, at=at))


def _attempt(due: GiftDue) -> Attempt:
    return Attempt(
        act=GIFT,
        kind=MemberGift._meta.label_lower,
        object_id=due.gift_id,
        customer_id=due.customer_id,
        key=f"gift:{due.gift_id}:{due.customer_id}:{due.occasion}",
        origin=Origin(_bytes(due.address), _bytes(due.device), due.device_hours),
        profiles=(revision_given_out(due.gift.template_id).risk_profile,),
        params={"due_id": due.pk},
        is_queued=True,
    )


def _bytes(value: object) -> bytes | None:
    return bytes(value) if value is not None else None


@command
def release_gift(*, due_id: int, at: datetime) -> Coupon:
    """Give what risk control had held; everything but its rules binds as ever. Raises what `issue` raises."""
    due = GiftDue.objects.select_related("gift").get(pk=due_id)
    if not due.coupon_id:
        _give(due=due, at=at)
        due.refresh_from_db()
    return due.coupon


def _give(*, due: GiftDue, at: datetime, noting: Sequence[Guard] = ()) -> bool:
    try:
        _issue(due=due, at=at, noting=noting)
    except Twin:
        return False
    return True


@command
def _issue(*, due: GiftDue, at: datetime, noting: Sequence[Guard]) -> None:
    revision = revision_given_out(due.gift.template_id)
    key = f"gift:{due.gift_id}:{due.customer_id}:{due.occasion}"
    coupon = coupon_of(revision, customer_id=due.customer_id, at=at, grant_key=key, route=Route.GIFT)
    holding = [
        gate(MemberGift._meta.db_table, due.gift_id),
        Guard("template_budget", HOLD_GIFT, (due.gift_id, ReviewedState.APPROVED), _halted),
        room_for_lists(coupon, at=at),
    ]
    counting = [Guard("", SETTLE_DUE, (coupon.number, due.pk), never)]
    with in_turn():
        issue(coupon, at=at, noting=noting, holding=holding, counting=counting)


@command
def _keep_reason(*, due_id: int, why: str, figures: Mapping[str, object] | None = None) -> bool:
    """Keep why nothing is given, for the timer to leave it alone; False if the coupon has come meanwhile."""
    open_due = GiftDue.objects.filter(pk=due_id, coupon=None)
    return bool(open_due.update(refused=why[:LONGEST], figures=dict(figures or {})))


@command
def _note_refusal(*, due_id: int, why: Refusal, at: datetime) -> None:
    """Keep the reason, and tell who has set the gift up and the approvers: once for each gift."""
    figures = {name: value if isinstance(value, int) else str(value) for name, value in why.figures.items()}
    if not _keep_reason(due_id=due_id, why=why.msgid, figures=figures):
        return
    gift = MemberGift.objects.select_related("current_revision", "created_by").get(dues=due_id)
    names = {"gift": gift.current_revision.name, "gift_zh": gift.current_revision.name_zh}
    with override("zh-hans"):
        reasons = {"reason_zh": say(Message(why.msgid, figures))}
    with override("en"):
        reasons["reason"] = say(Message(why.msgid, figures))
    tell_staff(
        users=[gift.created_by, *staff_with("coupons.approve_membergift")],
        text=Message(N_("“%(gift)s” cannot be given to everybody: %(reason)s"), {**names, **reasons}),
        link=reverse("admin:coupons_membergift_dues", args=[gift.pk]),
        at=at,
        key=notice_key(gift.pk),
    )


@command
def try_again(*, gift_id: int) -> int:
    """Let the timer try what was refused once more, when there is room again; return how many."""
    refused = GiftDue.objects.filter(gift=gift_id, coupon=None).exclude(refused="")
    return refused.update(refused="", figures={})


def notice_key(gift_id: int) -> str:
    """Return the name of what staff is told when a gift cannot be given."""
    return f"gift:{gift_id}:refused"


def _halted() -> Refusal:
    return GiftHalted(N_("The gift has been paused or stopped."))
