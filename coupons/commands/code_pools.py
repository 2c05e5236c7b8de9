"""Code pools from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from coupons.codes import digest_of, normalised
from coupons.commands.activities import (
    keep_template,
    problems_beyond_template,
    problems_of_number,
    problems_of_period,
    problems_of_words,
    stakes_at_face,
)
from coupons.commands.caps import CapBelowUse
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import (
    Code,
    CodeKind,
    CodePool,
    CodePoolApproval,
    CodePoolRevision,
    CodePoolTransition,
    CouponTemplate,
)
from pricing.clock import database_now
from pricing.commands.jobs import ask_again
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

SHORTEST_SHARED = 4
MOST_CODES = 5_000_000
JOB = "make_codes"
SECRET_BYTES = 32

CODE_POOLS = Tables(
    subjects=CodePool,
    revisions=CodePoolRevision,
    approvals=CodePoolApproval,
    transitions=CodePoolTransition,
    subject="code_pool",
    lock="template_budget",
    moves=REVIEWED_MOVES,
)


@command
def create_code_pool(
    *,
    content: Content,
    template: CouponTemplate,
    kind: str,
    by: AbstractBaseUser,
    at: datetime,
    key: UUID | None = None,
) -> CodePool:
    """Write a new pool with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    owner = {"template": template, "kind": kind}
    return begin(CODE_POOLS, owner=owner, content=content, start=Beginning(by, at, key))


def problems_of_code_pool(revision: CodePoolRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a pool from being submitted or approved."""
    pool, template = revision.code_pool, revision.code_pool.template
    numbers = {"count": revision.count}
    return [
        *problems_of_words(revision),
        *_problems_of_codes(revision),
        *problems_beyond_template(template.current_revision, numbers=numbers, per_customer=revision.per_customer),
        *_problems_of_change(revision, pool.current_revision),
        *problems_of_period(revision, template, at),
    ]


def _problems_of_codes(revision: CodePoolRevision) -> list[Refusal]:
    if revision.code_pool.kind == CodeKind.SINGLE:
        if 1 <= (revision.count or 0) <= MOST_CODES:
            return []
        return [Incomplete(N_("Say how many codes: 1 to %(most)s."), field="count", most=MOST_CODES)]
    if len(normalised(revision.shared_code)) < SHORTEST_SHARED:
        return [Incomplete(N_("A code has four letters or digits at least."), field="shared_code")]
    return problems_of_number(revision.count, field="count")


def _problems_of_change(revision: CodePoolRevision, current: CodePoolRevision | None) -> list[Refusal]:
    """Codes that are out stay what they are."""
    if current is None:
        return []
    return [
        Incomplete(N_("Codes have been given out: this cannot change. Duplicate the pool for other codes."), field=name)
        for name in ("prefix", "shared_code")
        if normalised(getattr(revision, name)) != normalised(getattr(current, name))
    ]


def _put_in_force(pool: CodePool, revision: CodePoolRevision) -> None:
    keep_template(pool.template_id, revision)
    if pool.kind == CodeKind.SHARED:
        _put_shared_code(pool, revision)
    else:
        _have_codes_made(pool, revision)


def _put_shared_code(pool: CodePool, revision: CodePoolRevision) -> None:
    digest = digest_of(normalised(revision.shared_code))
    try:
        with transaction.atomic():
            code, _ = Code.objects.get_or_create(pool=pool, digest=digest, defaults={"total": revision.count})
            Code.objects.filter(pk=code.pk).update(total=revision.count)
    except IntegrityError:
        code = Code.objects.filter(pool=pool, digest=digest).first()
        if code is None:
            raise Incomplete(N_("Another pool has this code already. Choose another."), field="shared_code") from None
        raise CapBelowUse(
            N_("The code has been redeemed %(used)s times already: the number cannot be lower."),
            field="count",
            used=code.used,
        ) from None
    CodePool.objects.filter(pk=pool.pk).update(made=1)


def _have_codes_made(pool: CodePool, revision: CodePoolRevision) -> None:
    if (revision.count or 0) < pool.made:
        raise CapBelowUse(
            N_("%(made)s codes are made already: the number cannot be lower."), field="count", made=pool.made
        )
    if (revision.count or 0) == pool.made:
        return
    if pool.downloaded_at:
        raise Incomplete(N_("The codes have been downloaded. Duplicate the pool for more codes."), field="count")
    CodePool.objects.filter(pk=pool.pk, secret=None).update(secret=token_bytes(SECRET_BYTES))
    # Its author may stop the job and ask for it again.
    wanted = {"params": {"pool": pool.pk}, "by": revision.author, "at": database_now()}
    ask_again(JOB, subject=subject_of(pool.pk), **wanted)


def subject_of(pool_id: int) -> str:
    """Return what the job that makes the codes of a pool is about."""
    return f"code_pool:{pool_id}"


def stakes_of_code_pool(revision: CodePoolRevision) -> Stakes:
    """Return what can be handed out at face value."""
    return stakes_at_face(revision.code_pool.template.current_revision, revision.count)


CODE_POOL_REVIEW = Review(
    CODE_POOLS,
    problems_of=problems_of_code_pool,
    put_in_force=_put_in_force,
    stakes_of=stakes_of_code_pool,
)
