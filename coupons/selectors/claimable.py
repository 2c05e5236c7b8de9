"""Which coupons can be claimed here and now, and why the others cannot."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q, QuerySet

from campaigns.models import Customer
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, ClaimCampaignRevision, Coupon, CouponTemplateRevision, IssueCount, Validity
from coupons.selectors.audience import unmet_reasons


@dataclass(frozen=True, slots=True)
class Claimable:
    """One claim button. `seq` is what the claim sends back; `left` is unknown (None) where nothing limits it.

    `status`: claim, claimed, all_gone, opens (at `opens_at`), sign_in, not_for_you.
    """

    claim_campaign: ClaimCampaign
    revision: ClaimCampaignRevision
    template_revision: CouponTemplateRevision
    status: str
    opens_at: datetime | None
    seq: int
    left: int | None


@dataclass(frozen=True, slots=True)
class _Had:
    """What the customer has had already: numbers by claim campaign, counts by template; and what is not for them."""

    claims: dict[int, set[int]]
    issued: dict[int, int]
    unmeant: Collection[int] = ()


def claimable(*, customer: Customer | None, position: str, at: datetime) -> list[Claimable]:
    """Claim campaigns at a position of the shop that are running or still to open; seven queries at most."""
    shown = list(_open_at(position, at=at))
    had = _had_by(customer, shown)
    if customer is not None:
        had = replace(had, unmeant=unmet_reasons(shown, customer=customer, at=at))
    found = [_claimable(campaign, customer, had, at=at) for campaign in shown]
    usefulness = ("claim", "sign_in", "claimed", "opens", "all_gone", "not_for_you")
    return sorted(found, key=lambda item: usefulness.index(item.status))


def _open_at(position: str, *, at: datetime) -> QuerySet[ClaimCampaign]:
    template_lives = Q(template__current_revision__validity=Validity.AFTER_CLAIM) | Q(
        template__current_revision__valid_until__gt=at
    )
    shown = ClaimCampaign.objects.filter(
        template_lives,
        state=ReviewedState.APPROVED,
        template__state=ReviewedState.APPROVED,
        current_revision__ends_at__gt=at,
        current_revision__positions__contains=[position],
    )
    related = ("current_revision", "count", "template__current_revision", "template__budget", "template__shop")
    return shown.select_related(*related).order_by(F("current_revision__starts_at").asc(), "pk")


def _had_by(customer: Customer | None, shown: list[ClaimCampaign]) -> _Had:
    had = _Had(claims={campaign.pk: set() for campaign in shown}, issued={})
    if customer is None or not shown:
        return had
    claims = Coupon.objects.filter(customer=customer, claim_campaign__in=shown)
    for claim_campaign_id, seq in claims.values_list("claim_campaign_id", "seq"):
        had.claims[claim_campaign_id].add(seq)
    templates = [campaign.template_id for campaign in shown]
    counts = IssueCount.objects.filter(customer=customer, template__in=templates)
    had.issued.update(counts.values_list("template_id", "used"))
    return had


def _claimable(campaign: ClaimCampaign, customer: Customer | None, had: _Had, *, at: datetime) -> Claimable:
    revision, template_revision = campaign.current_revision, campaign.template.current_revision
    claims = had.claims[campaign.pk]
    seq = next((number for number in range(1, revision.per_customer + 1) if number not in claims), 0)
    most = template_revision.issue_per_customer
    left = _left(campaign)
    if revision.starts_at > at:
        status = "opens"
    elif not seq or (most is not None and had.issued.get(campaign.template_id, 0) >= most):
        status = "claimed"
    elif left == 0:
        status = "all_gone"
    elif customer is None:
        status = "sign_in"
    else:
        status = "not_for_you" if campaign.pk in had.unmeant else "claim"
    opens_at = revision.starts_at if status == "opens" else None
    return Claimable(campaign, revision, template_revision, status, opens_at, seq or revision.per_customer, left)


def _left(campaign: ClaimCampaign) -> int | None:
    """How many the tightest of claim total, template total and template budget still allow."""
    count, purse, face_cents = campaign.count, campaign.template.budget, campaign.template.current_revision.face_cents
    lefts = []
    if count.total is not None:
        lefts.append(count.total - count.used)
    if purse.issue_total is not None:
        lefts.append(purse.issue_total - purse.issued)
    if purse.total_cents is not None and face_cents:
        lefts.append((purse.total_cents - purse.used_cents) // face_cents)
    return min(lefts, default=None)
