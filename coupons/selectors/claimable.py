"""Which coupons can be claimed here and now, and why the others cannot."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q, QuerySet

from campaigns.models import Customer
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaign, ClaimCampaignRevision, Coupon, CouponTemplateRevision, IssueCount, Validity
from coupons.selectors.audience import unmet_reasons
from coupons.selectors.claim_stock import stock_of


@dataclass(frozen=True, slots=True)
class Claimable:
    """One claim button. `seq` is what the claim sends back; `left` is unknown (None) where nothing limits it.

    `status`: claim, claimed, all_gone, opens (at `opens_at`, with `opens_with` coupons where they come in releases),
    sign_in, not_for_you.
    """

    claim_campaign: ClaimCampaign
    revision: ClaimCampaignRevision
    template_revision: CouponTemplateRevision
    status: str
    opens_at: datetime | None
    seq: int
    left: int | None
    opens_with: int | None = None


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
    stock = stock_of(campaign, at=at)
    if revision.starts_at > at:
        status = "opens"
    elif not seq or (most is not None and had.issued.get(campaign.template_id, 0) >= most):
        status = "claimed"
    elif stock.left == 0:
        status = "opens" if stock.following else "all_gone"
    elif customer is None:
        status = "sign_in"
    else:
        status = "not_for_you" if campaign.pk in had.unmeant else "claim"
    found = Claimable(
        campaign, revision, template_revision, status, opens_at=None, seq=seq or revision.per_customer, left=stock.left
    )
    if status != "opens":
        return found
    if stock.following is None:
        return replace(found, opens_at=revision.starts_at)
    return replace(found, opens_at=stock.following.opens_at, opens_with=stock.following.units)
