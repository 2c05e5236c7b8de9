"""Claim campaigns from draft to stop: what keeps one from being submitted, and what its approval sets up."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands import review
from campaigns.commands.audience import freeze_audience
from campaigns.commands.audience_checks import problems_of_audience
from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Step, Tables, move_subject
from campaigns.models import Decision
from coupons.commands.activities import (
    keep_template,
    problems_beyond_template,
    problems_of_number,
    problems_of_period,
    problems_of_words,
    stakes_at_face,
)
from coupons.commands.caps import set_claim_cap
from coupons.commands.claim_counting import set_place_counts, set_release
from coupons.commands.place_checks import problems_of_places
from coupons.commands.release_checks import problems_of_releases
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import (
    ClaimCampaign,
    ClaimCampaignApproval,
    ClaimCampaignRevision,
    ClaimCampaignTransition,
    CouponTemplate,
)
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.engine.registry import load_condition
from pricing.transactions import command

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


def problems_of_claim_campaign(revision: ClaimCampaignRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a claim campaign from being submitted or approved."""
    template = revision.claim_campaign.template
    numbers = {"total": revision.total}
    return [
        *problems_of_words(revision),
        *problems_of_places(revision),
        *_problems_of_conditions(revision),
        *problems_of_audience(revision, shop=template.shop),
        *problems_of_number(revision.total, field="total"),
        *problems_beyond_template(template.current_revision, numbers=numbers, per_customer=revision.per_customer),
        *problems_of_period(revision, template, at),
        *problems_of_releases(revision, at),
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


def _problems_of_conditions(revision: ClaimCampaignRevision) -> list[Refusal]:
    """Only what can be told of a customer without a cart."""
    try:
        rules = [load_condition(row["code"], row["params"]) for row in revision.conditions]
    except Refusal as refusal:
        return [refusal]
    if all(rule.ASKS == "cart" for rule in rules):
        return []
    return [Incomplete(N_("A claim has no cart: ask about the customer only."), field="conditions")]


def _put_in_force(claim_campaign: ClaimCampaign, revision: ClaimCampaignRevision) -> None:
    keep_template(claim_campaign.template_id, revision)
    set_claim_cap(claim_campaign=claim_campaign, revision=revision)
    at = revision.approvals.filter(decision=Decision.APPROVED).latest("pk").at
    set_place_counts(claim_campaign=claim_campaign, revision=revision)
    set_release(claim_campaign=claim_campaign, revision=revision, at=at)
    freeze_audience(revision, at=at)


def stakes_of_claim_campaign(revision: ClaimCampaignRevision) -> Stakes:
    """Return what can be handed out at face value; of a template that is not approved yet, as it is handed in."""
    template = revision.claim_campaign.template
    return stakes_at_face(template.current_revision or template.revisions.latest("number"), revision.total)


CLAIM_REVIEW = Review(
    CLAIM_CAMPAIGNS,
    problems_of=problems_of_claim_campaign,
    put_in_force=_put_in_force,
    stakes_of=stakes_of_claim_campaign,
)
