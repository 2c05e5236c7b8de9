"""Which coupons can be claimed here and now, and why the others cannot."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q, QuerySet

from campaigns.models import Customer
from coupons.lifecycle import ReviewedState
from coupons.models import (
    CaseState,
    ClaimCampaign,
    ClaimCampaignRevision,
    ClaimPlaceCount,
    Coupon,
    CouponTemplateRevision,
    IssueCount,
    RiskCase,
    Validity,
)
from coupons.places import rule_at
from coupons.risk.attempt import claim_topic
from coupons.selectors.audience import unmet_reasons
from coupons.selectors.claim_stock import ClaimStock, stock_of

SHOWN_AS = {CaseState.WAITING: "checked", CaseState.BLOCKED: "refused"}


@dataclass(frozen=True, slots=True)
class Claimable:
    """One claim button. `seq` is what the claim sends back; `left` is unknown (None) where nothing limits it.

    `status`: claim, claimed, all_gone, opens (at `opens_at`, with `opens_with` coupons where they come in releases),
    sign_in, not_for_you, and by risk control: checked (staff looks at the claim), refused (staff has said no).
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
    """What decides for one customer at one place: their claims by campaign, what they have had by template, which
    campaigns are not for them, and how many are left for the place where it has a number of its own."""

    claims: dict[int, set[int]]
    issued: dict[int, int]
    unmeant: Collection[int]
    left_here: dict[int, int]


def claimable(*, customer: Customer | None, position: str, at: datetime) -> list[Claimable]:
    """Claim campaigns at a position of the shop that are running or still to open; nine queries at most.

    Private ones are at no position.
    """
    here = Q(current_revision__positions__contains=[position], current_revision__by_link=False)
    found = _tickets(_open(at).filter(here), customer, place=position, at=at)
    usefulness = ("claim", "sign_in", "checked", "claimed", "opens", "all_gone", "not_for_you", "refused")
    return sorted(found, key=lambda item: usefulness.index(item.status))


def claimable_at(claim_campaign_id: int, *, place: str, customer: Customer | None, at: datetime) -> Claimable | None:
    """One claim campaign at one of its places (coupons.places), None where it is not to be had there."""
    found = _open(at).filter(pk=claim_campaign_id)
    there = [campaign for campaign in found if rule_at(campaign.current_revision, place) is not None]
    return next(iter(_tickets(there, customer, place=place, at=at)), None)


def _open(at: datetime) -> QuerySet[ClaimCampaign]:
    template_lives = Q(template__current_revision__validity=Validity.AFTER_CLAIM) | Q(
        template__current_revision__valid_until__gt=at
    )
    shown = ClaimCampaign.objects.filter(
        template_lives,
        state=ReviewedState.APPROVED,
        template__state=ReviewedState.APPROVED,
        current_revision__ends_at__gt=at,
    )
    related = ("current_revision", "count", "template__current_revision", "template__budget", "template__shop")
    return shown.select_related(*related).order_by(F("current_revision__starts_at").asc(), "pk")


def _tickets(
    campaigns: Iterable[ClaimCampaign], customer: Customer | None, *, place: str, at: datetime
) -> list[Claimable]:
    shown = list(campaigns)
    had = _had_by(customer, shown, place=place, at=at)
    return _as_decided([_claimable(campaign, customer, had, at=at) for campaign in shown], customer)


def _as_decided(tickets: list[Claimable], customer: Customer | None) -> list[Claimable]:
    """Say of claims that risk control has held how they stand, instead of a button. One query, or none."""
    topics = {}
    if customer is not None:
        wanted = [row for row in tickets if row.status == "claim"]
        topics = {claim_topic(row.claim_campaign.pk, customer.pk, row.seq): row.claim_campaign.pk for row in wanted}
    if not topics:
        return tickets
    cases = RiskCase.objects.filter(topic__in=topics).order_by("pk")  # the latest one about a claim counts
    found = {
        topics[topic]: SHOWN_AS.get(CaseState(state), "claim") for topic, state in cases.values_list("topic", "state")
    }
    return [replace(row, status=found.get(row.claim_campaign.pk, row.status)) for row in tickets]


def _had_by(customer: Customer | None, shown: list[ClaimCampaign], *, place: str, at: datetime) -> _Had:
    left_here = _left_at(place, shown)
    claims: dict[int, set[int]] = {campaign.pk: set() for campaign in shown}
    if customer is None or not shown:
        return _Had(claims, {}, (), left_here)
    claimed = Coupon.objects.filter(customer=customer, claim_campaign__in=shown)
    for claim_campaign_id, seq in claimed.values_list("claim_campaign_id", "seq"):
        claims[claim_campaign_id].add(seq)
    templates = [campaign.template_id for campaign in shown]
    counts = IssueCount.objects.filter(customer=customer, template__in=templates)
    issued = dict(counts.values_list("template_id", "used"))
    return _Had(claims, issued, unmet_reasons(shown, customer=customer, at=at), left_here)


def _left_at(place: str, shown: list[ClaimCampaign]) -> dict[int, int]:
    """How many are left by campaign, of those where the place has a number of its own. One query, or none."""
    rules = {campaign.pk: rule_at(campaign.current_revision, place) for campaign in shown}
    units = {pk: rule.units for pk, rule in rules.items() if rule and rule.units is not None}
    counts = ClaimPlaceCount.objects.filter(claim_campaign__in=units, place=place) if units else ()
    used = {count.claim_campaign_id: count.used for count in counts}
    return {pk: max(0, most - used.get(pk, 0)) for pk, most in units.items()}


def _claimable(campaign: ClaimCampaign, customer: Customer | None, had: _Had, *, at: datetime) -> Claimable:
    revision, template_revision = campaign.current_revision, campaign.template.current_revision
    claims = had.claims[campaign.pk]
    seq = next((number for number in range(1, revision.per_customer + 1) if number not in claims), 0)
    most = template_revision.issue_per_customer
    stock = stock_of(campaign, at=at)
    left_here = had.left_here.get(campaign.pk)
    if left_here == 0:
        stock = replace(stock, following=None)
    left = min((number for number in (stock.left, left_here) if number is not None), default=None)
    if revision.starts_at > at:
        status = "opens"
    elif not seq or (most is not None and had.issued.get(campaign.template_id, 0) >= most):
        status = "claimed"
    elif left == 0:
        status = "opens" if stock.following else "all_gone"
    elif customer is None:
        status = "sign_in"
    else:
        status = "not_for_you" if campaign.pk in had.unmeant else "claim"
    seq = seq or revision.per_customer
    found = Claimable(campaign, revision, template_revision, status, opens_at=None, seq=seq, left=left)
    return found if status != "opens" else _opening(found, stock)


def _opening(found: Claimable, stock: ClaimStock) -> Claimable:
    """Say when it opens: with the next release where coupons come in releases, else at the start."""
    if stock.following is None:
        return replace(found, opens_at=found.revision.starts_at)
    return replace(found, opens_at=stock.following.opens_at, opens_with=stock.following.units)
