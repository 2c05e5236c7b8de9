"""Grants by hand from draft to stop: whoever prepares one never approves it; approved, a job gives the coupons."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Step, Tables, move_subject
from coupons.channels import check_channel
from coupons.commands.activities import problems_of_judging, problems_of_risk, stakes_at_face
from coupons.grant_rows import Tried, room_of, take_time
from coupons.lifecycle import REVIEWED_MOVES, ReviewedState
from coupons.models import (
    CouponGrant,
    CouponGrantApproval,
    CouponGrantRevision,
    CouponGrantTransition,
    CouponTemplate,
    GrantList,
    Validity,
)
from coupons.risk.signals import GRANT
from coupons.selectors.grants import beyond_their_limit, list_of
from coupons.validity import margin
from pricing.clock import database_now
from pricing.commands.jobs import ask_again
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.transactions import command

GRANTS = Tables(
    subjects=CouponGrant,
    revisions=CouponGrantRevision,
    approvals=CouponGrantApproval,
    transitions=CouponGrantTransition,
    subject="grant",
    lock="template_budget",
    moves=REVIEWED_MOVES,
)
JOB = "give_grant"
STORE_ROWS = """
INSERT INTO coupons_grantrow (of_id, line, reference, customer_id, number)
SELECT %s, * FROM unnest(%s::integer[], %s::text[], %s::bigint[], %s::smallint[])
"""


@command
def create_grant(
    *, content: Content, template: CouponTemplate, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> CouponGrant:
    """Write a new grant with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    return begin(GRANTS, owner={"template": template}, content=content, start=Beginning(by, at, key))


@command
def store_list(tried: Tried) -> str:
    """Store rows that are all right, once; return the key that a draft names them by."""
    take_time()
    if book_once(GrantList(key=tried.key, size=len(tried.rows), coupons=tried.coupons)):
        stored = GrantList.objects.get(key=tried.key)
        columns = zip(*((row.line, row.reference, row.customer_id, row.number) for row in tried.rows), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(STORE_ROWS, [stored.pk, *map(list, columns)])
    return tried.key


def problems_of_grant(revision: CouponGrantRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a grant from being submitted or approved."""
    template, meant = revision.grant.template, list_of(revision)
    if meant is None:
        return [Incomplete(N_("Say who gets the coupon."), field="rows")]
    if revision.grant.current_revision_id:
        return [Incomplete(N_("A grant is given once. Duplicate it to give more."), field="rows")]
    if template.state != ReviewedState.APPROVED:
        return [Incomplete(N_("Its coupon template has not been approved."), field="template")]
    return [
        *_problems_of_words(revision),
        *_problems_of_room(template, meant),
        *_problems_of_validity(template, at),
        *_problems_of_channel(template, revision),
        *problems_of_risk(revision, template.current_revision),
        *problems_of_judging(GRANT, template.current_revision),
    ]


def _problems_of_words(revision: CouponGrantRevision) -> list[Refusal]:
    missing = [name for name in ("name", "description") if not getattr(revision, name).strip()]
    return [Incomplete(N_("Say what for and why."), field=name) for name in missing]


def _problems_of_room(template: CouponTemplate, meant: GrantList) -> list[Refusal]:
    found: list[Refusal] = []
    room = room_of(template)
    if room is not None and meant.coupons > room:
        text = N_("It gives %(coupons)s coupons; number and budget of the coupon have room for %(room)s more.")
        found.append(Incomplete(text, field="rows", coupons=meant.coupons, room=room))
    if beyond := beyond_their_limit(template, meant):
        text = N_("%(customers)s customers would have more of this coupon than one customer may have.")
        found.append(Incomplete(text, field="rows", customers=beyond))
    return found


def _problems_of_validity(template: CouponTemplate, at: datetime) -> list[Refusal]:
    revision = template.current_revision
    if revision.validity != Validity.FIXED or revision.valid_until >= at + margin():
        return []
    return [Incomplete(N_("The coupon ends too soon to be used: change its template first."), field="template")]


def _problems_of_channel(template: CouponTemplate, revision: CouponGrantRevision) -> list[Refusal]:
    try:
        check_channel(template=template.current_revision, activity=revision, field="template")
    except Refusal as refusal:
        return [refusal]
    return []


def _put_in_force(grant: CouponGrant, revision: CouponGrantRevision) -> None:
    """Have the coupons given; each of them is counted and refused as every other."""
    have_given(grant.pk, by=revision.author, at=database_now())


@command
def move_grant(grant_id: int, step: Step) -> CouponGrant:
    """Pause, resume or stop a grant; resumed, it gives what it has not given yet. See move_subject."""
    grant = move_subject(GRANTS, grant_id, step)
    if step.move == "resume":
        have_given(grant_id, by=step.by, at=step.at)
    return grant


def have_given(grant_id: int, *, by: AbstractBaseUser | None, at: datetime) -> None:
    """Ask for the job that gives what is still missing, once more where one has begun. `by` may stop and repeat it."""
    ask_again(JOB, params={"grant": grant_id}, by=by, at=at, subject=subject_of(grant_id))


def subject_of(grant_id: int) -> str:
    """Return what the job of a grant is about."""
    return f"grant:{grant_id}"


def stakes_of_grant(revision: CouponGrantRevision) -> Stakes:
    """Return what is given at face value."""
    meant = list_of(revision)
    return stakes_at_face(revision.grant.template.current_revision, meant.coupons if meant else None)


GRANT_REVIEW = Review(GRANTS, problems_of=problems_of_grant, put_in_force=_put_in_force, stakes_of=stakes_of_grant)
