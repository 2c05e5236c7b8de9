"""A coupon and its claim campaign set up together: both drafts or none, handed in together or not at all."""

from uuid import uuid5

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.drafting import Beginning, Content
from coupons.commands.claim_campaigns import create_claim_campaign, submit_claim_campaign
from coupons.commands.templates import create_template, submit_template
from coupons.models import ClaimCampaign
from pricing.models import Shop
from pricing.transactions import command


@command
def set_up_together(*, coupon: Content, claim: Content, shop: Shop | None, start: Beginning) -> ClaimCampaign:
    """Write a template and the claim campaign that hands it out, each with its first draft, once for each key.

    Raises WrongDraft, MoveRefused; then neither is written.
    """
    who_and_when = {"by": start.by, "at": start.at}
    template = create_template(content=coupon, shop=shop, key=start.key, **who_and_when)
    key = uuid5(start.key, "claim campaign") if start.key else None
    return create_claim_campaign(content=claim, template=template, key=key, **who_and_when)


@command
def hand_in_together(*, claim_campaign: ClaimCampaign, start: Beginning) -> None:
    """Hand both first drafts in. Raises NotReady, MoveRefused; then neither is handed in."""
    by: AbstractBaseUser = start.by
    submit_template(revision_id=claim_campaign.template.revisions.latest("number").pk, by=by, at=start.at)
    claim_campaign.template.refresh_from_db()
    submit_claim_campaign(revision_id=claim_campaign.revisions.latest("number").pk, by=by, at=start.at)
