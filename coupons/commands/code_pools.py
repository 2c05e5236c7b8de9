"""Code pools from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin, content_of
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from coupons.codes import digest_of, normalised
from coupons.commands.caps import CapBelowUse
from coupons.commands.templates import stakes_of_template
from coupons.lifecycle import REVIEWED_MOVES, ReviewedState
from coupons.models import (
    Code,
    CodeKind,
    CodePool,
    CodePoolApproval,
    CodePoolRevision,
    CodePoolTransition,
    CouponTemplate,
)
from coupons.validity import check_claiming
from pricing.clock import database_now
from pricing.commands.jobs import ask_for
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking

SHORTEST_SHARED = 4
MOST_CODES = 5_000_000
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


@command
def duplicate_code_pool(*, code_pool_id: int, by: AbstractBaseUser, at: datetime, key: UUID | None = None) -> CodePool:
    """Return a pool that says what the given one says: a draft, with codes of its own once it is approved."""
    original = CodePool.objects.get(pk=code_pool_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    owner = {"template": original.template, "kind": original.kind}
    return begin(CODE_POOLS, owner=owner, content=content_of(latest), start=Beginning(by, at, key))


def problems_of_code_pool(revision: CodePoolRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a pool from being submitted or approved."""
    return [*_problems_of_words(revision), *_problems_of_codes(revision), *_problems_of_period(revision, at)]


def _problems_of_words(revision: CodePoolRevision) -> list[Refusal]:
    if revision.name.strip() and revision.name_zh.strip():
        return []
    field = "name_zh" if revision.name.strip() else "name"
    return [Incomplete(N_("Shoppers need a name in both languages."), field=field)]


def _problems_of_codes(revision: CodePoolRevision) -> list[Refusal]:
    pool, allowed = revision.code_pool, revision.code_pool.template.current_revision
    found: list[Refusal] = []
    if pool.kind == CodeKind.SHARED and len(normalised(revision.shared_code)) < SHORTEST_SHARED:
        found.append(Incomplete(N_("A code has four letters or digits at least."), field="shared_code"))
    if pool.kind == CodeKind.SINGLE and not 1 <= (revision.count or 0) <= MOST_CODES:
        found.append(Incomplete(N_("Say how many codes: 1 to %(most)s."), field="count", most=MOST_CODES))
    if pool.kind == CodeKind.SHARED and revision.count == 0:
        found.append(Incomplete(N_("Nobody could get a coupon with 0; leave it empty for unlimited."), field="count"))
    most = allowed.issue_per_customer if allowed else None
    if most is not None and revision.per_customer > most:
        found.append(Incomplete(N_("The coupon template allows %(most)s only."), field="per_customer", most=most))
    if allowed and allowed.issue_total is not None and (revision.count or 0) > allowed.issue_total:
        found.append(
            Incomplete(N_("The coupon template allows %(most)s only."), field="count", most=allowed.issue_total)
        )
    return found + _problems_of_change(revision, pool.current_revision)


def _problems_of_change(revision: CodePoolRevision, current: CodePoolRevision | None) -> list[Refusal]:
    """Codes that are out stay what they are."""
    if current is None:
        return []
    return [
        Incomplete(N_("Codes have been given out: this cannot change. Duplicate the pool for other codes."), field=name)
        for name in ("prefix", "shared_code")
        if normalised(getattr(revision, name)) != normalised(getattr(current, name))
    ]


def _problems_of_period(revision: CodePoolRevision, at: datetime) -> list[Refusal]:
    template = revision.code_pool.template
    if revision.ends_at <= at:
        return [Incomplete(N_("The end lies in the past."), field="ends_at")]
    if template.state != ReviewedState.APPROVED:
        return [Incomplete(N_("Its coupon template has not been approved."), field="template")]
    try:
        check_claiming(template=template.current_revision, claiming=revision, field="ends_at")
    except Refusal as refusal:
        return [refusal]
    return []


def _put_in_force(pool: CodePool, revision: CodePoolRevision) -> None:
    locking("template_budget")
    template = CouponTemplate.objects.select_for_update().get(pk=pool.template_id)
    check_claiming(template=template.current_revision, claiming=revision, field="ends_at")
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
    ask_for("make_codes", params={"pool": pool.pk}, by=None, at=database_now(), subject=f"code_pool:{pool.pk}")


def stakes_of_code_pool(revision: CodePoolRevision) -> Stakes:
    """Return what can be handed out at face value: the pool's own number, or what its template may give."""
    template = revision.code_pool.template.current_revision
    if template is None:
        return Stakes(None, None)
    if revision.count is not None and template.face_cents:
        return Stakes(None, revision.count * template.face_cents)
    return Stakes(None, stakes_of_template(template).budget_cents)


CODE_POOL_REVIEW = Review(
    CODE_POOLS,
    problems_of=problems_of_code_pool,
    put_in_force=_put_in_force,
    stakes_of=stakes_of_code_pool,
)
