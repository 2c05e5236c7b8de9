"""Is a link good? One judgement for the page that it opens and for the claim."""

from datetime import datetime

from coupons.lifecycle import ReviewedState
from coupons.links import Link
from coupons.models import ClaimCampaign, Partner
from coupons.refusals import LinkRefused
from pricing.engine.messages import N_

SAME_WORDS = N_("This link cannot be used. Please ask for a new one where you got it from.")


def check_link(link: Link | None, *, customer_id: int | None, at: datetime) -> None:
    """Raise LinkRefused for a link that is forged (None), expired, foreign or taken back; always the same words.

    `customer_id` None: a guest, who is asked to sign in before a link that is bound to somebody is judged. One query.
    """
    if link is None or link.ends_at <= at:
        raise LinkRefused(SAME_WORDS)
    if link.customer_id is not None and customer_id is not None and link.customer_id != customer_id:
        raise LinkRefused(SAME_WORDS)
    campaigns = ClaimCampaign.objects.filter(pk=link.claim_campaign_id, link_generation=link.generation)
    if not campaigns.filter(current_revision__by_link=True).exclude(state=ReviewedState.DRAFT).exists():
        raise LinkRefused(SAME_WORDS)


def is_active_partner(code: str) -> bool:
    """Whether coupons are claimed through a partner channel at present. One query."""
    return Partner.objects.filter(code=code, is_active=True).exists()
