"""Coupon templates from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from campaigns.commands import review
from campaigns.commands.audience_checks import problems_of_audience
from campaigns.commands.campaigns import Incomplete, problems_of_goods, problems_of_terms
from campaigns.commands.drafting import Beginning, Content, begin, content_of
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import MoveRefused, Step, Tables, move_subject
from campaigns.depth import depth_of
from campaigns.selectors.goods import skus_taken_by
from coupons.channels import check_channel
from coupons.commands.caps import set_template_caps
from coupons.commands.high_value import problems_of_value
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import (
    CouponTemplate,
    CouponTemplateApproval,
    CouponTemplateRevision,
    CouponTemplateTransition,
    Validity,
)
from coupons.offers import coupon_offer_of
from coupons.selectors.claim_periods import living_activity_revisions
from coupons.validity import check_claiming, check_days
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.gate import pass_with_others
from pricing.models import Shop
from pricing.transactions import command, locking

TEMPLATES = Tables(
    subjects=CouponTemplate,
    revisions=CouponTemplateRevision,
    approvals=CouponTemplateApproval,
    transitions=CouponTemplateTransition,
    subject="template",
    lock="template_budget",  # a template is locked right before its purse
    moves=REVIEWED_MOVES,
)


@command
def create_template(
    *, content: Content, shop: Shop | None, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> CouponTemplate:
    """Write a new template with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    return begin(TEMPLATES, owner={"shop": shop}, content=content, start=Beginning(by, at, key))


@command
def duplicate_template(
    *, template_id: int, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> CouponTemplate:
    """Return a template that says what the given one says: a draft, never active, and one for each key."""
    original = CouponTemplate.objects.get(pk=template_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    return begin(TEMPLATES, owner={"shop": original.shop}, content=content_of(latest), start=Beginning(by, at, key))


def problems_of_template(revision: CouponTemplateRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a template from being submitted or approved."""
    return [
        *problems_of_terms(revision),
        *_problems_of_rule(revision),
        *_problems_of_counts(revision),
        *_problems_of_validity(revision, at),
        *_problems_of_activities(revision, at),
        *problems_of_audience(revision, shop=revision.template.shop),
        *problems_of_goods(revision, shop_id=revision.template.shop_id),
        *problems_of_value(
            [revision.risk_profile], face_cents=revision.face_cents, stakes=lambda: stakes_of_template(revision)
        ),
    ]


def submit_template(*, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """Hand a draft in; see review.submit."""
    review.submit(TEMPLATE_REVIEW, revision_id=revision_id, by=by, at=at)


def approve_template(
    *, revision_id: int, seen_hash: str, by: AbstractBaseUser, at: datetime, comment: str = ""
) -> None:
    """Put a submitted revision in force; see review.approve."""
    review.approve(TEMPLATE_REVIEW, revision_id=revision_id, seen_hash=seen_hash, by=by, at=at, comment=comment)


def reject_template(*, revision_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Send a submitted revision back with a reason; see review.reject."""
    review.reject(TEMPLATE_REVIEW, revision_id=revision_id, by=by, at=at, reason=reason)


def move_template(
    *, template_id: int, move: str, by: AbstractBaseUser | None, at: datetime, reason: str = ""
) -> CouponTemplate:
    """Pause, resume or stop the issue of a template's coupons; issued ones are honoured. See move_subject.

    What was paused because it gave out too much (coupons.commands.breaker) goes on only with a reason.
    """
    if move == "resume" and not reason.strip() and _was_paused_by_the_breaker(template_id):
        raise MoveRefused(
            N_("Too much was given out in a minute: say why it may go on. The reason is kept in the history."),
            field="reason",
        )
    return move_subject(TEMPLATES, template_id, Step(move, by, at, reason))


def hold_templates(codes: Iterable[str]) -> None:
    """Keep the templates of these codes as they are until the transaction ends. Call inside a command."""
    ids = sorted({int(code) for code in codes if code.isascii() and code.isdigit()})
    if not ids:
        return
    locking("template_budget")
    table = CouponTemplate._meta.db_table
    pass_with_others(table, ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE", [ids])


def _was_paused_by_the_breaker(template_id: int) -> bool:
    last = CouponTemplateTransition.objects.filter(subject=template_id).order_by("-pk").first()
    return last is not None and last.move == "pause" and last.by_id is None


def _problems_of_rule(revision: CouponTemplateRevision) -> list[Refusal]:
    try:
        coupon_offer_of(revision)
    except Refusal as refusal:
        return [refusal]
    return []


def _problems_of_counts(revision: CouponTemplateRevision) -> list[Refusal]:
    limits = ("issue_total", "issue_per_customer", "budget_cents", "most_per_minute", "most_cents_per_minute")
    zero = [name for name in limits if getattr(revision, name) == 0]
    found: list[Refusal] = [
        Incomplete(N_("Nobody could get a coupon with 0; leave it empty for unlimited."), field=name) for name in zero
    ]
    if revision.budget_cents and not revision.face_cents:
        found.append(
            Incomplete(N_("Say what one coupon is expected to cost: the budget needs it."), field="face_cents")
        )
    if revision.budget_cents and revision.budget_cents < revision.face_cents:
        found.append(Incomplete(N_("The budget does not cover a single coupon."), field="budget_cents"))
    if revision.most_cents_per_minute and revision.most_cents_per_minute < revision.face_cents:
        found.append(Incomplete(N_("This does not cover a single coupon."), field="most_cents_per_minute"))
    if revision.most_cents_per_minute is None and revision.face_cents > settings.COUPON_CENTS_PER_MINUTE:
        text = N_("The site's limit of a minute, %(most_cents)s, does not cover a single coupon: give a limit here.")
        most_cents = settings.COUPON_CENTS_PER_MINUTE
        found.append(Incomplete(text, field="most_cents_per_minute", most_cents=most_cents))
    return found


def _problems_of_validity(revision: CouponTemplateRevision, at: datetime) -> list[Refusal]:
    """Dates that leave time to use a coupon."""
    try:
        if revision.validity == Validity.FIXED and revision.valid_until <= at:
            raise Incomplete(N_("The end of the validity lies in the past."), field="valid_until")
        if revision.validity == Validity.AFTER_CLAIM:
            check_days(valid_days=revision.valid_days, starts_after_days=revision.starts_after_days)
    except Refusal as refusal:
        return [refusal]
    return []


def _problems_of_activities(revision: CouponTemplateRevision, at: datetime) -> list[Refusal]:
    """What hands the coupon out already: it goes on in its way, and leaves time to use the coupon (CPN-03)."""
    try:
        for activity in living_activity_revisions(template_id=revision.template_id, at=at):
            check_channel(template=revision, activity=activity, field="issue_channels")
            check_claiming(template=revision, claiming=activity, field="valid_until")
    except Refusal as refusal:
        return [refusal]
    return []


def _put_in_force(template: CouponTemplate, revision: CouponTemplateRevision) -> None:
    set_template_caps(template=template, revision=revision)


def stakes_of_template(revision: CouponTemplateRevision) -> Stakes:
    """Return the deepest cut of one coupon, and the budget: what is set, else the face value of all to be issued."""
    budget_cents = revision.budget_cents
    if budget_cents is None and revision.issue_total is not None and revision.face_cents:
        budget_cents = revision.issue_total * revision.face_cents
    try:
        offer = coupon_offer_of(revision)
    except Refusal:
        return Stakes(None, budget_cents)  # told as a problem of the rule
    return Stakes(depth_of(offer, revision, skus_taken_by(revision, shop_id=revision.template.shop_id)), budget_cents)


TEMPLATE_REVIEW = Review(
    TEMPLATES, problems_of=problems_of_template, put_in_force=_put_in_force, stakes_of=stakes_of_template
)
