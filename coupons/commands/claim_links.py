"""Private links to a claim campaign: nothing is stored of a link, but who made how many, and since when none counts."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.transitions import MoveRefused, Step, locked_subject, set_state
from coupons.commands.claim_campaigns import CLAIM_CAMPAIGNS
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command


class WrongLinks(Refusal):
    """Links cannot be made as asked; `field` names the input."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How many links are made, until when they are good, and for whom, in words for the history."""

    count: int
    ends_at: datetime
    whom: str


@command
def note_links(*, claim_campaign_id: int, batch: Batch, by: AbstractBaseUser, at: datetime) -> int:
    """Write down that somebody makes links, and return the generation to write into them.

    Raises WrongLinks for an end that has passed or lies behind that of the campaign, MoveRefused where there is nothing
    to claim by link.
    """
    campaign = _private(claim_campaign_id)
    if batch.ends_at <= at:
        raise WrongLinks(N_("The end lies in the past."), field="ends_at")
    if batch.ends_at > campaign.current_revision.ends_at:
        ends_at = campaign.current_revision.ends_at.isoformat()
        raise WrongLinks(
            N_("Claiming ends at %(ends_at)s: links cannot last longer."), field="ends_at", ends_at=ends_at
        )
    said = f"{batch.count} × {batch.whom} → {batch.ends_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    set_state(CLAIM_CAMPAIGNS, campaign, campaign.state, Step("make_links", by, at, said))
    return campaign.link_generation


@command
def take_links_back(*, claim_campaign_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Make every link that has been made so far good for nothing; what was claimed stays. Raises MoveRefused."""
    if not reason.strip():
        raise MoveRefused(N_("Say why: the reason is kept in the history."), field="reason")
    campaign = _private(claim_campaign_id)
    following = campaign.link_generation + 1
    step = Step("take_links_back", by, at, reason)
    set_state(CLAIM_CAMPAIGNS, campaign, campaign.state, step, link_generation=following)


def _private(claim_campaign_id: int) -> ClaimCampaign:
    campaign = locked_subject(CLAIM_CAMPAIGNS, claim_campaign_id)
    revision = campaign.current_revision
    if revision is None or not revision.by_link or campaign.state == ReviewedState.STOPPED:
        raise MoveRefused(N_("There are links for approved campaigns that are claimed by link only."))
    return campaign
