"""A customer claims a coupon of a claim campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Customer
from coupons.commands.budget import all_given_out
from coupons.commands.claim_counting import all_claimed, all_claimed_here, claim_counted, claim_held, none_left
from coupons.commands.guards import Guard
from coupons.commands.issuing import Twin, coupon_of, customer_has_enough, issue, not_recalled
from coupons.commands.risk import assess, noted
from coupons.lifecycle import ReviewedState
from coupons.links import Link
from coupons.models import ClaimCampaign, ClaimCampaignRevision, ClaimCount, Coupon, CouponTemplateRevision, Route
from coupons.places import LINK, partner_of, rule_at
from coupons.refusals import ClaimOver, LimitReached, NotForYou, NotOpenYet
from coupons.releases import schedule_of
from coupons.risk.attempt import Attempt, claim_topic
from coupons.risk.origin import NOWHERE, Origin
from coupons.risk.signals import CLAIM
from coupons.selectors.audience import unmet_reason
from coupons.selectors.claim_links import check_link, is_active_partner
from coupons.selectors.claim_stock import left_of_release
from coupons.selectors.frozen import columns_in_force, revision_in_force
from pricing.engine.messages import N_
from pricing.prepared import execute
from pricing.transactions import command

# Everything that a claim asks before it writes. What is used up is refused here, so that a crowd that comes too late
# costs one question each; what is not may be gone in a moment, which the guards decide.
LOOK = """
SELECT coupon.id, claim.state = %(approved)s AND template.state = %(approved)s, claim.current_revision_id,
       template.current_revision_id, count.used >= count.total, purse.issued >= purse.issue_total,
       count.used, count.release_at, count.release_total, count.release_used, here.used,
       purse.total_cents - purse.used_cents, had.used
FROM coupons_claimcampaign claim
JOIN coupons_coupontemplate template ON template.id = claim.template_id
LEFT JOIN coupons_claimcount count ON count.claim_campaign_id = claim.id
LEFT JOIN coupons_claimplacecount here ON here.claim_campaign_id = claim.id AND here.place = %(place)s
LEFT JOIN coupons_templatebudget purse ON purse.template_id = template.id
LEFT JOIN coupons_issuecount had ON had.template_id = template.id AND had.customer_id = %(customer)s
LEFT JOIN coupons_coupon coupon
    ON coupon.claim_campaign_id = claim.id AND coupon.customer_id = %(customer)s AND coupon.seq = %(seq)s
WHERE claim.id = %(claim)s
"""
BIGGEST_ID, BIGGEST_SEQ = 2**63 - 1, 2**31 - 1


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
    used_here: int | None = None
    left_cents: int | None = None
    of_template: int | None = None

    @property
    def count(self) -> ClaimCount:
        return ClaimCount(
            used=self.used or 0,
            release_at=self.release_at,
            release_total=self.release_total,
            release_used=self.release_used or 0,
        )


@dataclass(frozen=True, slots=True)
class _Claim:
    """Who claims which coupon of a claim campaign, and where; `link`: the private one that was used."""

    claim_campaign_id: int
    customer_id: int
    seq: int
    place: str = ""
    link: Link | None = None

    @property
    def names(self) -> dict[str, int]:
        return {"claim_campaign_id": self.claim_campaign_id, "customer_id": self.customer_id, "seq": self.seq}

    @property
    def params(self) -> dict[str, Any]:
        """What `release_claim` needs, as JSON values."""
        params = {**self.names, "place": self.place}
        if self.link:
            params |= {"generation": self.link.generation, "link_ends_at": self.link.ends_at.isoformat()}
        return params


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a customer may have: the coupon of a claim, under the revisions in force."""

    claim: _Claim
    revision: ClaimCampaignRevision
    template: CouponTemplateRevision


def claim_coupon(
    *, claim_campaign_id: int, customer_id: int, seq: int, at: datetime, origin: Origin = NOWHERE, place: str = ""
) -> Coupon:
    """Return the customer's `seq`-th coupon of a claim campaign, issued now unless it was before.

    The page sends the `seq` it showed, so a double click answers twice with the same coupon. `place` is one of
    coupons.places, empty where nothing is known of it; what a visitor calls it is for the page to check. Raises
    NotOpenYet, ClaimOver, NotForYou, LimitReached or AllGone; NotNow or UnderReview by risk control; then nothing is
    issued.
    """
    if place == LINK:
        raise _not_there()
    return _claimed(_Claim(claim_campaign_id, customer_id, seq, place), at=at, origin=origin)


def claim_by_link(*, link: Link, customer_id: int, at: datetime, origin: Origin = NOWHERE) -> Coupon:
    """Return the one coupon of a private campaign that a link gives a customer, issued now unless it was before.

    Raises LinkRefused, with the same words whatever is wrong with the link, or what `claim_coupon` raises.
    """
    check_link(link, customer_id=customer_id, at=at)
    claim = _Claim(link.claim_campaign_id, customer_id, 1, LINK, link)
    return _claimed(claim, at=at, origin=origin)


def release_claim(*, at: datetime, **held: Any) -> Coupon:
    """Issue what risk control had held, as _Claim.params says it; everything but its rules binds as ever.

    Raises as claim_coupon does, or LinkRefused where the link has been taken back or has expired meanwhile.
    """
    claim = _held_claim(**held)
    if claim.link:
        check_link(claim.link, customer_id=claim.customer_id, at=at)
    seen = _look(claim)
    if seen.coupon_id:
        return Coupon.objects.select_related("revision").get(pk=seen.coupon_id)
    return _issue(_wanted(seen, claim, at=at), at=at)


def _held_claim(
    *,
    claim_campaign_id: int,
    customer_id: int,
    seq: int,
    place: str = "",
    generation: int | None = None,
    link_ends_at: str = "",
) -> _Claim:
    link = None
    if generation is not None:
        link = Link(claim_campaign_id, generation, datetime.fromisoformat(link_ends_at), customer_id)
    return _Claim(claim_campaign_id, customer_id, seq, place, link)


def _claimed(claim: _Claim, *, at: datetime, origin: Origin) -> Coupon:
    seen = _look(claim)
    if seen.coupon_id:
        return not_recalled(Coupon.objects.select_related("revision").get(pk=seen.coupon_id))
    wanted = _wanted(seen, claim, at=at)
    assessed = assess(_attempt(wanted, origin), at=at)
    return _issue(wanted, at=at, noting=noted(assessed, at=at))


def _wanted(seen: _Seen, claim: _Claim, *, at: datetime) -> _Wanted:
    """Return the coupon that would be issued, as far as looking tells; the guards decide."""
    revision = _open_revision(seen, at=at)
    if not 1 <= claim.seq <= revision.per_customer:
        raise LimitReached(N_("One customer may claim %(limit)s."), field="seq", limit=revision.per_customer)
    _check_place(revision, claim.place)
    template = revision_in_force(CouponTemplateRevision, seen.template_revision_id)
    _check_audience(revision, template, claim.customer_id, at=at)
    _check_there_are_some(seen, revision, template, claim.place, at=at)
    return _Wanted(claim, revision, template)


def _check_place(revision: ClaimCampaignRevision, place: str) -> None:
    """Refuse a place that is none of the campaign's; but by a link, a private campaign is not even there."""
    if revision.by_link != (place == LINK):
        raise _not_there()
    partner = partner_of(place)
    is_open = rule_at(revision, place) is not None and (partner is None or is_active_partner(partner))
    if place and not is_open:
        raise ClaimOver(N_("This coupon cannot be claimed here."))


def _not_there() -> ClaimOver:
    return ClaimOver(N_("This coupon cannot be claimed."))


def _attempt(wanted: _Wanted, origin: Origin) -> Attempt:
    claim = wanted.claim
    return Attempt(
        act=CLAIM,
        kind=ClaimCampaign._meta.label_lower,
        object_id=claim.claim_campaign_id,
        customer_id=claim.customer_id,
        key=claim_topic(claim.claim_campaign_id, claim.customer_id, claim.seq),
        origin=origin,
        profiles=(wanted.revision.risk_profile, wanted.template.risk_profile),
        params=claim.params,
    )


def _issue(wanted: _Wanted, *, at: datetime, noting: Sequence[Guard] = ()) -> Coupon:
    try:
        return _issued(wanted, at=at, noting=noting)
    except Twin:
        return Coupon.objects.get(**wanted.claim.names)


@command
def _issued(wanted: _Wanted, *, at: datetime, noting: Sequence[Guard]) -> Coupon:
    claim, revision = wanted.claim, wanted.revision
    rule = rule_at(revision, claim.place)
    at_place = {"place": claim.place, "place_cost_cents": rule.cost_cents if rule else 0}
    coupon = coupon_of(wanted.template, at=at, route=Route.CLAIM, **at_place, **claim.names)
    holding = claim_held(revision, generation=claim.link.generation if claim.link else None)
    counting = claim_counted(revision, place=claim.place, at=at)
    issue(coupon, at=at, noting=noting, holding=holding, counting_first=counting)
    return coupon


def _look(claim: _Claim) -> _Seen:
    # Beyond these bounds there is no row to find, and no number of PostgreSQL's to compare with.
    claim_campaign_id, seq = min(claim.claim_campaign_id, BIGGEST_ID), min(max(claim.seq, 0), BIGGEST_SEQ)
    names = {"claim": claim_campaign_id, "customer": claim.customer_id, "seq": seq}
    names |= {"place": claim.place, "approved": ReviewedState.APPROVED}
    with connection.cursor() as cursor:
        execute(cursor, LOOK, names)
        row = cursor.fetchone()
    return _Seen(*row) if row else _Seen()


def _open_revision(seen: _Seen, *, at: datetime) -> ClaimCampaignRevision:
    if not seen.is_approved:
        raise _not_there()
    revision = columns_in_force(ClaimCampaignRevision, seen.revision_id)
    if revision.ends_at <= at:
        raise _not_there()
    if revision.starts_at > at:
        raise NotOpenYet(N_("Claiming starts at %(starts_at)s."), starts_at=revision.starts_at.isoformat())
    return revision


def _check_audience(
    revision: ClaimCampaignRevision, template: CouponTemplateRevision, customer_id: int, *, at: datetime
) -> None:
    if not revision.conditions and not revision.has_audience and not template.has_audience:
        return
    related = ("current_revision", "template__shop", "template__current_revision")
    campaigns = ClaimCampaign.objects.select_related(*related)
    campaign = campaigns.get(pk=revision.claim_campaign_id)
    if reason := unmet_reason(campaign, customer=Customer.objects.get(pk=customer_id), at=at):
        raise NotForYou(reason.msgid, **reason.figures)


def _check_there_are_some(
    seen: _Seen, revision: ClaimCampaignRevision, template: CouponTemplateRevision, place: str, *, at: datetime
) -> None:
    """Refuse what there is nothing of: such a claim is neither judged by risk control nor counted."""
    if template.issue_per_customer is not None and (seen.of_template or 0) >= template.issue_per_customer:
        raise customer_has_enough()
    if seen.all_claimed:
        raise all_claimed()
    rule = rule_at(revision, place)
    if rule and rule.units is not None and (seen.used_here or 0) >= rule.units:
        raise all_claimed_here()
    schedule = schedule_of(revision)
    latest = schedule.latest(at) if schedule else None
    if schedule and not (latest and left_of_release(latest, seen.count)):
        raise none_left(revision.claim_campaign_id, schedule, at=at)
    if seen.all_given_out or (seen.left_cents is not None and seen.left_cents < template.face_cents):
        raise all_given_out()
