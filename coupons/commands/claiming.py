"""A customer claims a coupon of a claim campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.models import Customer
from coupons.commands.budget import all_given_out
from coupons.commands.claim_counting import all_claimed, claim_counted, claim_held, none_left
from coupons.commands.guards import Guard
from coupons.commands.issuing import coupon_of, issue
from coupons.commands.risk import assess, noted
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, ClaimCampaignRevision, ClaimCount, Coupon, CouponTemplateRevision, Route
from coupons.refusals import ClaimOver, LimitReached, NotForYou, NotOpenYet
from coupons.releases import schedule_of
from coupons.risk.attempt import Attempt
from coupons.risk.origin import NOWHERE, Origin
from coupons.risk.signals import CLAIM
from coupons.selectors.audience import unmet_reason
from coupons.selectors.claim_stock import left_of_release
from coupons.selectors.frozen import columns_in_force, revision_in_force
from pricing.engine.messages import N_
from pricing.transactions import command

# Everything that a claim asks before it writes. What is used up is refused here, so that a crowd that comes too late
# costs one question each; what is not may be gone in a moment, which the guards decide.
LOOK = """
SELECT coupon.id, claim.state = %(approved)s AND template.state = %(approved)s, claim.current_revision_id,
       template.current_revision_id, count.used >= count.total, purse.issued >= purse.issue_total,
       count.used, count.release_at, count.release_total, count.release_used
FROM coupons_claimcampaign claim
JOIN coupons_coupontemplate template ON template.id = claim.template_id
LEFT JOIN coupons_claimcount count ON count.claim_campaign_id = claim.id
LEFT JOIN coupons_templatebudget purse ON purse.template_id = template.id
LEFT JOIN coupons_coupon coupon
    ON coupon.claim_campaign_id = claim.id AND coupon.customer_id = %(customer)s AND coupon.seq = %(seq)s
WHERE claim.id = %(claim)s
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What there is to claim: the coupon that was claimed before, revisions in force, and what is used up already."""

    coupon_id: int | None = None
    is_approved: bool = False
    revision_id: int | None = None
    template_revision_id: int | None = None
    all_claimed: bool | None = None
    all_given_out: bool | None = None
    used: int | None = None
    release_at: datetime | None = None
    release_total: int | None = None
    release_used: int | None = None

    @property
    def count(self) -> ClaimCount:
        return ClaimCount(
            used=self.used or 0,
            release_at=self.release_at,
            release_total=self.release_total,
            release_used=self.release_used or 0,
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a customer may have: the `seq`-th coupon of this revision's claim campaign."""

    revision: ClaimCampaignRevision
    template: CouponTemplateRevision
    customer_id: int
    seq: int


def claim_coupon(
    *, claim_campaign_id: int, customer_id: int, seq: int, at: datetime, origin: Origin = NOWHERE
) -> Coupon:
    """Return the customer's `seq`-th coupon of a claim campaign, issued now unless it was before.

    The page sends the `seq` it showed, so a double click answers twice with the same coupon. Raises NotOpenYet,
    ClaimOver, NotForYou, LimitReached or AllGone; NotNow or UnderReview by risk control; then nothing is issued.
    """
    seen = _look(claim_campaign_id, customer_id, seq)
    if seen.coupon_id:
        return Coupon.objects.select_related("revision").get(pk=seen.coupon_id)
    wanted = _wanted(seen, customer_id, seq, at=at)
    assessed = assess(_attempt(wanted, origin), at=at)
    return _issue(wanted, at=at, noting=noted(assessed, at=at))


def release_claim(*, claim_campaign_id: int, customer_id: int, seq: int, at: datetime) -> Coupon:
    """Issue what risk control had held; everything but its rules binds as ever. Raises as claim_coupon does."""
    seen = _look(claim_campaign_id, customer_id, seq)
    if seen.coupon_id:
        return Coupon.objects.select_related("revision").get(pk=seen.coupon_id)
    return _issue(_wanted(seen, customer_id, seq, at=at), at=at)


def _wanted(seen: _Seen, customer_id: int, seq: int, *, at: datetime) -> _Wanted:
    """Return the coupon that would be issued, as far as looking tells; the guards decide."""
    revision = _open_revision(seen, at=at)
    if not 1 <= seq <= revision.per_customer:
        raise LimitReached(N_("One customer may claim %(limit)s."), field="seq", limit=revision.per_customer)
    _check_audience(revision, customer_id, at=at)
    template = revision_in_force(CouponTemplateRevision, seen.template_revision_id)
    _check_there_are_some(seen, revision, at=at)
    return _Wanted(revision, template, customer_id, seq)


def _attempt(wanted: _Wanted, origin: Origin) -> Attempt:
    claim_campaign_id = wanted.revision.claim_campaign_id
    names = {"claim_campaign_id": claim_campaign_id, "customer_id": wanted.customer_id, "seq": wanted.seq}
    return Attempt(
        act=CLAIM,
        kind=ClaimCampaign._meta.label_lower,
        object_id=claim_campaign_id,
        customer_id=wanted.customer_id,
        key=f"claim:{claim_campaign_id}:{wanted.customer_id}:{wanted.seq}",
        origin=origin,
        profiles=(wanted.revision.risk_profile, wanted.template.risk_profile),
        params=names,
    )


@command
def _issue(wanted: _Wanted, *, at: datetime, noting: Sequence[Guard] = ()) -> Coupon:
    revision = wanted.revision
    names = {"claim_campaign_id": revision.claim_campaign_id, "customer_id": wanted.customer_id, "seq": wanted.seq}
    coupon = coupon_of(wanted.template, at=at, route=Route.CLAIM, **names)
    counted = {"counting_first": claim_counted(revision, at=at), "counting": noting}
    if issue(coupon, at=at, holding=claim_held(revision), **counted):
        return coupon
    return Coupon.objects.get(**names)


def _look(claim_campaign_id: int, customer_id: int, seq: int) -> _Seen:
    names = {"claim": claim_campaign_id, "customer": customer_id, "seq": seq, "approved": ReviewedState.APPROVED}
    with connection.cursor() as cursor:
        cursor.execute(LOOK, names)
        row = cursor.fetchone()
    return _Seen(*row) if row else _Seen()


def _open_revision(seen: _Seen, *, at: datetime) -> ClaimCampaignRevision:
    if not seen.is_approved:
        raise ClaimOver(N_("This coupon cannot be claimed."))
    revision = columns_in_force(ClaimCampaignRevision, seen.revision_id)
    if revision.ends_at <= at:
        raise ClaimOver(N_("This coupon cannot be claimed."))
    if revision.starts_at > at:
        raise NotOpenYet(N_("Claiming starts at %(starts_at)s."), starts_at=revision.starts_at.isoformat())
    return revision


def _check_audience(revision: ClaimCampaignRevision, customer_id: int, *, at: datetime) -> None:
    if not revision.conditions and not revision.has_audience:
        return
    campaigns = ClaimCampaign.objects.select_related("current_revision", "template__shop")
    campaign = campaigns.get(pk=revision.claim_campaign_id)
    if reason := unmet_reason(campaign, customer=Customer.objects.get(pk=customer_id), at=at):
        raise NotForYou(reason.msgid, **reason.figures)


def _check_there_are_some(seen: _Seen, revision: ClaimCampaignRevision, *, at: datetime) -> None:
    if seen.all_claimed:
        raise all_claimed()
    schedule = schedule_of(revision)
    latest = schedule.latest(at) if schedule else None
    if schedule and latest and not left_of_release(latest, seen.count):
        raise none_left(revision.claim_campaign_id, schedule, at=at)
    if seen.all_given_out:
        raise all_given_out()
