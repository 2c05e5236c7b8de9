"""A customer claims a coupon of a claim campaign."""

from datetime import datetime

from campaigns.models import Customer
from coupons.commands.issuing import coupon_of, issue
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, Coupon, Route
from coupons.refusals import ClaimOver, LimitReached, NotForYou, NotOpenYet
from coupons.selectors.audience import unmet_reason
from pricing.engine.messages import N_
from pricing.transactions import command


@command
def claim_coupon(*, claim_campaign_id: int, customer_id: int, seq: int, at: datetime) -> Coupon:
    """Return the customer's `seq`-th coupon of a claim campaign, issued now unless it was before.

    The page sends the `seq` it showed, so a double click answers twice with the same coupon.
    Raises NotOpenYet, ClaimOver, NotForYou, LimitReached or AllGone; then nothing has changed.
    """
    if claimed := _claimed(claim_campaign_id, customer_id, seq):
        return claimed
    claim_campaign = _open_claim_campaign(claim_campaign_id, at=at)
    if not 1 <= seq <= claim_campaign.current_revision.per_customer:
        raise LimitReached(
            N_("One customer may claim %(limit)s."), field="seq", limit=claim_campaign.current_revision.per_customer
        )
    _check_audience(claim_campaign, customer_id, at=at)
    coupon = coupon_of(
        claim_campaign.template.current_revision,
        customer_id=customer_id,
        at=at,
        claim_campaign=claim_campaign,
        route=Route.CLAIM,
        seq=seq,
    )
    if issue(coupon, at=at):
        return coupon
    return Coupon.objects.get(claim_campaign_id=claim_campaign_id, customer_id=customer_id, seq=seq)


def _claimed(claim_campaign_id: int, customer_id: int, seq: int) -> Coupon | None:
    claims = Coupon.objects.filter(claim_campaign_id=claim_campaign_id, customer_id=customer_id, seq=seq)
    return claims.select_related("revision").first()


def _open_claim_campaign(claim_campaign_id: int, *, at: datetime) -> ClaimCampaign:
    approved = ClaimCampaign.objects.filter(
        pk=claim_campaign_id, state=ReviewedState.APPROVED, template__state=ReviewedState.APPROVED
    )
    found = approved.select_related("current_revision", "template__current_revision", "template__shop").first()
    if found is None or found.current_revision.ends_at <= at:
        raise ClaimOver(N_("This coupon cannot be claimed."))
    if found.current_revision.starts_at > at:
        starts_at = found.current_revision.starts_at.isoformat()
        raise NotOpenYet(N_("Claiming starts at %(starts_at)s."), starts_at=starts_at)
    return found


def _check_audience(claim_campaign: ClaimCampaign, customer_id: int, *, at: datetime) -> None:
    customer = Customer.objects.get(pk=customer_id)
    if reason := unmet_reason(claim_campaign, customer=customer, at=at):
        raise NotForYou(reason.msgid, **reason.figures)
