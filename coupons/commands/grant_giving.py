"""Give the coupons of an approved grant, one by one; done again, it gives what is missing and nothing twice."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.db import connection
from django.db.models import F
from django.urls import reverse

from campaigns.commands.staff_notices import tell_staff
from coupons.commands.breaker import in_turn, room_for_lists
from coupons.commands.grants import have_given
from coupons.commands.guards import Guard, gate, never
from coupons.commands.issuing import Twin, coupon_of, issue, revision_given_out
from coupons.commands.risk import REFUSED_TO_STAFF, assess, noted
from coupons.lifecycle import ReviewedState
from coupons.models import Coupon, CouponGrant, CouponGrantRevision, GrantResult, GrantRow, Route
from coupons.refusals import GrantHalted, MinuteFull, NotGivenNow, NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.signals import GRANT
from coupons.selectors.grants import Given, is_as_written, list_of
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message
from pricing.jobs import GiveWay
from pricing.transactions import Busy, command

HOLD_GRANT = """
SELECT 1 FROM coupons_coupongrant WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE
"""
COUNT_ROW = """
INSERT INTO coupons_grantresult AS counted (grant_id, row_id, given, total, refused, figures)
VALUES (%s, %s, 1, %s, '', '{}')
ON CONFLICT (grant_id, row_id) DO UPDATE SET given = counted.given + 1, refused = '', figures = '{}'
WHERE counted.given < counted.total
"""
NOTE_REFUSAL = """
INSERT INTO coupons_grantresult AS counted (grant_id, row_id, given, total, refused, figures)
VALUES (%s, %s, 0, %s, %s, %s::jsonb)
ON CONFLICT (grant_id, row_id) DO UPDATE SET refused = EXCLUDED.refused, figures = EXCLUDED.figures
WHERE counted.given < counted.total
"""
BATCH = 100
TURN_SECONDS = 20  # then other jobs have their turn
WAIT_SECONDS = 5  # between two tries while the minute of the template is full: other jobs run meanwhile
MOST_WAITS = 120  # in a row, ten minutes: then others take all the room, and the job ends
LONGEST = GrantResult._meta.get_field("refused").max_length


def give_grant(grant_id: int, *, tell: Callable[[int], object], mark: Mapping[str, int] | None = None) -> None:
    """Go through the rows of a grant that lack coupons; `tell(rows)` hears how many rows have been looked at.

    What is refused is noted with its reason and tried again the next time. Raises GiveWay, with the `mark` to go on
    from, after some time and while the minute of the template is full; GrantHalted as soon as the grant is paused or
    stopped, or if its list has grown; MinuteFull when for ten minutes there was no room for one coupon more.
    """
    grant = CouponGrant.objects.select_related("current_revision").get(pk=grant_id)
    if grant.state != ReviewedState.APPROVED or grant.current_revision is None:
        raise _halted()
    if not is_as_written(list_of(grant.current_revision)):
        raise GrantHalted(N_("The list is not the one that was approved: nothing is given. Duplicate the grant."))
    turn = _Turn(**(mark or {}))
    for rows in _batches(grant.current_revision, after=turn.line):
        given = _given_of(grant_id, rows)
        for row in rows:
            tell(turn.done)
            _give_in_turn(grant, row, given=given.get(row.pk, 0), turn=turn)
    begun = _begun(grant_id)  # rows that people have released when they were behind the mark
    given = _given_of(grant_id, begun)
    for row in begun:
        _give_in_turn(grant, row, given=given.get(row.pk, 0), turn=turn, is_late=True)
    tell(turn.done)


@dataclass(slots=True)
class _Turn:
    """How far a job is: the last line that is done, how many are, and how often in a row it has waited in vain."""

    line: int = -1
    done: int = 0
    waits: int = 0
    began: float = field(default_factory=monotonic)

    @property
    def mark(self) -> dict[str, int]:
        return {"line": self.line, "done": self.done, "waits": self.waits}


def _give_in_turn(grant: CouponGrant, row: GrantRow, *, given: int, turn: _Turn, is_late: bool = False) -> None:
    """Give a row its coupons; give way to other jobs when it is time, or while the minute of the template is full."""
    try:
        give_row(grant, row, given=given)
    except MinuteFull:
        now_given = _given_of(grant.pk, [row]).get(row.pk, 0)
        turn.waits = 1 if now_given > given else turn.waits + 1
        if turn.waits > MOST_WAITS:
            raise
        raise GiveWay(turn.mark, seconds=WAIT_SECONDS) from None
    if given < row.number:
        turn.waits = 0
    if not is_late:  # it has been counted before
        turn.line, turn.done = row.line, turn.done + 1
    if monotonic() - turn.began > TURN_SECONDS:
        raise GiveWay(turn.mark)


def give_row(grant: CouponGrant, row: GrantRow, *, given: int) -> None:
    """Give the coupons of one row that it lacks; a refusal is noted and ends the row, a pause ends the whole.

    Risk control judges the row before its first coupon (docs/decisions/0012).
    """
    try:
        noting = _judged(grant, row) if given < row.number else ()
        for place in range(given + 1, row.number + 1):
            with suppress(Twin):
                give_one(grant, row, place=place, at=database_now(), noting=noting)
            noting = ()
    except (GrantHalted, MinuteFull, NotGivenNow, Busy):
        raise
    except (UnderReview, NotNow) as refusal:
        _note(grant, row, Refusal(REFUSED_TO_STAFF[type(refusal)]))
    except Refusal as refusal:
        _note(grant, row, refusal)


def _judged(grant: CouponGrant, row: GrantRow) -> Sequence[Guard]:
    """Let risk control look at one customer of the list. Raises UnderReview or NotNow."""
    at, name = database_now(), f"grant:{grant.pk}:{row.pk}"
    judged = Attempt(
        act=GRANT,
        kind=CouponGrant._meta.label_lower,
        object_id=grant.pk,
        customer_id=row.customer_id,
        key=name,
        profiles=(revision_given_out(grant.template_id).risk_profile,),
        params={"grant_id": grant.pk, "row_id": row.pk},
        is_queued=True,
    )
    return noted(assess(judged, at=at), at=at)


@command
def release_row(*, grant_id: int, row_id: int, at: datetime) -> Coupon:
    """Give the next coupon of a row that risk control had held, and have a job give the rest; all limits bind."""
    grant = CouponGrant.objects.select_related("current_revision").get(pk=grant_id)
    row = GrantRow.objects.get(pk=row_id)
    place = min(_given_of(grant_id, [row]).get(row.pk, 0) + 1, row.number)
    with suppress(Twin):
        give_one(grant, row, place=place, at=at)
    if place < row.number:
        have_given(grant_id, by=grant.current_revision.author, at=at)
    return Coupon.objects.get(grant_key=key_of(grant_id, row_id, place))


def keys_of_row(*, grant_id: int, row_id: int) -> list[str]:
    """Return the business keys of all coupons of a row."""
    number = GrantRow.objects.values_list("number", flat=True).get(pk=row_id)
    return [key_of(grant_id, row_id, place) for place in range(1, number + 1)]


def key_of(grant_id: int, row_id: int, place: int) -> str:
    return f"grant:{grant_id}:{row_id}:{place}"


@command
def give_one(grant: CouponGrant, row: GrantRow, *, place: int, at: datetime, noting: Sequence[Guard] = ()) -> None:
    """Issue the coupon of one place of a row. Raises what `issue` raises, Twin if it is there, or GrantHalted."""
    revision = revision_given_out(grant.template_id)
    key = key_of(grant.pk, row.pk, place)
    coupon = coupon_of(revision, customer_id=row.customer_id, at=at, grant_key=key, route=Route.GRANT)
    in_force = (grant.pk, ReviewedState.APPROVED, grant.current_revision_id)
    holding = [
        gate(CouponGrant._meta.db_table, grant.pk),
        Guard("template_budget", HOLD_GRANT, in_force, _halted),
        room_for_lists(coupon, at=at),
    ]
    counting = [Guard("", COUNT_ROW, (grant.pk, row.pk, row.number), never)]
    with in_turn():
        issue(coupon, at=at, noting=noting, holding=holding, counting=counting)


def _batches(revision: CouponGrantRevision, *, after: int) -> Iterator[list[GrantRow]]:
    meant = list_of(revision)
    rows = GrantRow.objects.filter(of=meant).order_by("line")
    while batch := list(rows.filter(line__gt=after)[:BATCH]):
        yield batch
        after = batch[-1].line


def _given_of(grant_id: int, rows: list[GrantRow]) -> dict[int, int]:
    results = GrantResult.objects.filter(grant=grant_id, row__in=rows)
    return dict(results.values_list("row", "given"))


def _begun(grant_id: int) -> list[GrantRow]:
    """Rows that lack coupons although nothing was refused them."""
    results = GrantResult.objects.filter(grant=grant_id, refused="", given__lt=F("total"))
    return list(GrantRow.objects.filter(pk__in=results.values("row")).order_by("line"))


@command
def _note(grant: CouponGrant, row: GrantRow, refusal: Refusal) -> None:
    figures = {name: value if isinstance(value, int) else str(value) for name, value in refusal.figures.items()}
    with connection.cursor() as cursor:
        cursor.execute(NOTE_REFUSAL, [grant.pk, row.pk, row.number, refusal.msgid[:LONGEST], json.dumps(figures)])


def tell_of_grant(grant: CouponGrant, given: Given, *, at: datetime) -> None:
    """Tell who has prepared a grant what came of it."""
    names = {"grant": grant.current_revision.name, "grant_zh": grant.current_revision.name_zh}
    text = Message(
        N_("“%(grant)s” has given %(given)s coupons; rows that were refused: %(refused)s."),
        {**names, "given": given.coupons, "refused": given.refused},
    )
    link = reverse("admin:coupons_coupongrant_change", args=[grant.pk])
    tell_staff(users=[grant.created_by], text=text, link=link, at=at)


def _halted() -> Refusal:
    return GrantHalted(N_("The grant has been paused or stopped."))
