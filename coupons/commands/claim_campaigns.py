"""Claim campaigns from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands import review
from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin, content_of
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Step, Tables, move_subject
from coupons.commands.caps import set_claim_cap
from coupons.commands.templates import stakes_of_template
from coupons.lifecycle import REVIEWED_MOVES, ReviewedState
from coupons.models import (
    ClaimCampaign,
    ClaimCampaignApproval,
    ClaimCampaignRevision,
    ClaimCampaignTransition,
    CouponTemplate,
)
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.engine.registry import load_condition
from pricing.transactions import command, locking

CLAIM_CAMPAIGNS = Tables(
    subjects=ClaimCampaign,
    revisions=ClaimCampaignRevision,
    approvals=ClaimCampaignApproval,
    transitions=ClaimCampaignTransition,
    subject="claim_campaign",
    lock="template_budget",  # a claim campaign is locked right before its count
    moves=REVIEWED_MOVES,
)


@command
def create_claim_campaign(
    *, content: Content, template: CouponTemplate, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> ClaimCampaign:
    """Write a new claim campaign with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    return begin(CLAIM_CAMPAIGNS, owner={"template": template}, content=content, start=Beginning(by, at, key))


@command
def duplicate_claim_campaign(
    *, claim_campaign_id: int, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> ClaimCampaign:
    """Return a claim campaign that says what the given one says: a draft, never active, and one for each key."""
    original = ClaimCampaign.objects.get(pk=claim_campaign_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    owner = {"template": original.template}
    return begin(CLAIM_CAMPAIGNS, owner=owner, content=content_of(latest), start=Beginning(by, at, key))


def problems_of_claim_campaign(revision: ClaimCampaignRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a claim campaign from being submitted or approved."""
    return [
        *_problems_of_words(revision),
        *_problems_of_audience(revision),
        *_problems_of_counts(revision),
        *_problems_of_period(revision, at),
    ]


def submit_claim_campaign(*, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """Hand a draft in; see review.submit."""
    review.submit(CLAIM_REVIEW, revision_id=revision_id, by=by, at=at)


def approve_claim_campaign(
    *, revision_id: int, seen_hash: str, by: AbstractBaseUser, at: datetime, comment: str = ""
) -> None:
    """Put a submitted revision in force; see review.approve."""
    review.approve(CLAIM_REVIEW, revision_id=revision_id, seen_hash=seen_hash, by=by, at=at, comment=comment)


def reject_claim_campaign(*, revision_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Send a submitted revision back with a reason; see review.reject."""
    review.reject(CLAIM_REVIEW, revision_id=revision_id, by=by, at=at, reason=reason)


def move_claim_campaign(
    *, claim_campaign_id: int, move: str, by: AbstractBaseUser | None, at: datetime, reason: str = ""
) -> ClaimCampaign:
    """Pause, resume or stop claiming; claimed coupons are honoured. See move_subject."""
    return move_subject(CLAIM_CAMPAIGNS, claim_campaign_id, Step(move, by, at, reason))


def _problems_of_words(revision: ClaimCampaignRevision) -> list[Refusal]:
    found: list[Refusal] = []
    if not revision.name.strip() or not revision.name_zh.strip():
        field = "name_zh" if revision.name.strip() else "name"
        found.append(Incomplete(N_("Shoppers need a name in both languages."), field=field))
    if not revision.positions:
        found.append(Incomplete(N_("Choose at least one place where the coupon can be claimed."), field="positions"))
    return found


def _problems_of_audience(revision: ClaimCampaignRevision) -> list[Refusal]:
    """Only what can be told of a customer without a cart."""
    try:
        rules = [load_condition(row["code"], row["params"]) for row in revision.conditions]
    except Refusal as refusal:
        return [refusal]
    if all(rule.ASKS == "cart" for rule in rules):
        return []
    return [Incomplete(N_("A claim has no cart: ask about the customer only."), field="conditions")]


def _problems_of_counts(revision: ClaimCampaignRevision) -> list[Refusal]:
    """An activity can only narrow what its template allows."""
    if revision.total == 0:
        return [Incomplete(N_("Nobody could get a coupon with 0; leave it empty for unlimited."), field="total")]
    allowed = revision.claim_campaign.template.current_revision
    if allowed is None:
        return []
    found: list[Refusal] = []
    for field, most in (("total", allowed.issue_total), ("per_customer", allowed.issue_per_customer)):
        asked = getattr(revision, field)
        if most is not None and asked is not None and asked > most:
            found.append(Incomplete(N_("The coupon template allows %(most)s only."), field=field, most=most))
    return found


def _problems_of_period(revision: ClaimCampaignRevision, at: datetime) -> list[Refusal]:
    template = revision.claim_campaign.template
    if revision.ends_at <= at:
        return [Incomplete(N_("The end lies in the past."), field="ends_at")]
    if template.state != ReviewedState.APPROVED:
        return [Incomplete(N_("Its coupon template has not been approved."), field="template")]
    try:
        check_claiming(template=template.current_revision, claiming=revision, field="ends_at")
    except Refusal as refusal:
        return [refusal]
    return []


def _put_in_force(claim_campaign: ClaimCampaign, revision: ClaimCampaignRevision) -> None:
    # Template and activity may be approved at the same moment: the later one sees the other and checks again.
    locking("template_budget")
    template = CouponTemplate.objects.select_for_update().get(pk=claim_campaign.template_id)
    check_claiming(template=template.current_revision, claiming=revision, field="ends_at")
    set_claim_cap(claim_campaign=claim_campaign, revision=revision)


def stakes_of_claim_campaign(revision: ClaimCampaignRevision) -> Stakes:
    """Return what can be handed out at face value: the activity's own number, or what its template may give."""
    template = revision.claim_campaign.template.current_revision
    if template is None:
        return Stakes(None, None)
    if revision.total is not None and template.face_cents:
        return Stakes(None, revision.total * template.face_cents)
    return Stakes(None, stakes_of_template(template).budget_cents)


CLAIM_REVIEW = Review(
    CLAIM_CAMPAIGNS,
    problems_of=problems_of_claim_campaign,
    put_in_force=_put_in_force,
    stakes_of=stakes_of_claim_campaign,
)
