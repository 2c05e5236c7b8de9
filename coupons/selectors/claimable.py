"""Which coupons can be claimed here and now, and why the others cannot."""

from collections.abc import Collection, Mapping, Sequence
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

USEFULNESS = ("claim", "sign_in", "checked", "claimed", "opens", "all_gone", "not_for_you", "refused")
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
    """What decides for one customer: their claims by campaign, what they have had by template, which campaigns are not
    for them, and how many are left by (place, campaign) where the place has a number of its own."""

    claims: dict[int, set[int]]
    issued: dict[int, int]
    unmeant: Collection[int]
    left_here: dict[tuple[str, int], int]


def claimable(*, customer: Customer | None, position: str, at: datetime) -> list[Claimable]:
    """Claim campaigns at a position of the shop that are running or still to open; nine queries at most.

    Private ones are at no position.
    """
    return claimable_in([position], customer=customer, at=at)[position]


def claimable_in(positions: Collection[str], *, customer: Customer | None, at: datetime) -> dict[str, list[Claimable]]:
    """`claimable` by position, of several asked for together: nine queries at most, however many positions."""
    somewhere = Q(current_revision__positions__overlap=list(positions), current_revision__by_link=False)
    campaigns = list(_open(at).filter(somewhere))
    by_place = {place: [row for row in campaigns if place in row.current_revision.positions] for place in positions}
    found = _tickets(by_place, customer, at=at)
    return {place: sorted(tickets, key=lambda item: USEFULNESS.index(item.status)) for place, tickets in found.items()}


def claimable_at(claim_campaign_id: int, *, place: str, customer: Customer | None, at: datetime) -> Claimable | None:
    """One claim campaign at one of its places (coupons.places), None where it is not to be had there."""
    found = _open(at).filter(pk=claim_campaign_id)
    there = [campaign for campaign in found if rule_at(campaign.current_revision, place) is not None]
    return next(iter(_tickets({place: there}, customer, at=at)[place]), None)


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
    by_place: Mapping[str, Sequence[ClaimCampaign]], customer: Customer | None, *, at: datetime
) -> dict[str, list[Claimable]]:
    had = _had_by(customer, by_place, at=at)
    found = {
        place: [_claimable(row, customer, had, place=place, at=at) for row in by_place[place]] for place in by_place
    }
    return _as_decided(found, customer)


def _as_decided(tickets: dict[str, list[Claimable]], customer: Customer | None) -> dict[str, list[Claimable]]:
    """Say of claims that risk control has held how they stand, instead of a button. One query, or none."""
    topics = {}
    if customer is not None:
        wanted = [row for rows in tickets.values() for row in rows if row.status == "claim"]
        topics = {claim_topic(row.claim_campaign.pk, customer.pk, row.seq): row.claim_campaign.pk for row in wanted}
    if not topics:
        return tickets
    cases = RiskCase.objects.filter(topic__in=topics).order_by("pk")  # the latest one about a claim counts
    found = {
        topics[topic]: SHOWN_AS.get(CaseState(state), "claim") for topic, state in cases.values_list("topic", "state")
    }
    return {
        place: [_with_status(row, found) if row.status == "claim" else row for row in rows]
        for place, rows in tickets.items()
    }


def _with_status(ticket: Claimable, found: Mapping[int, str]) -> Claimable:
    return replace(ticket, status=found.get(ticket.claim_campaign.pk, ticket.status))


def _had_by(customer: Customer | None, by_place: Mapping[str, Sequence[ClaimCampaign]], *, at: datetime) -> _Had:
    left_here = _left_at(by_place)
    shown = list({campaign.pk: campaign for campaigns in by_place.values() for campaign in campaigns}.values())
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


def _left_at(by_place: Mapping[str, Sequence[ClaimCampaign]]) -> dict[tuple[str, int], int]:
    """How many are left by (place, campaign), where the place has a number of its own. One query, or none."""
    at_places = [(place, campaign) for place, campaigns in by_place.items() for campaign in campaigns]
    rules = {(place, campaign.pk): rule_at(campaign.current_revision, place) for place, campaign in at_places}
    units = {key: rule.units for key, rule in rules.items() if rule and rule.units is not None}
    counts = ClaimPlaceCount.objects.filter(claim_campaign__in={pk for _place, pk in units}) if units else ()
    used = {(count.place, count.claim_campaign_id): count.used for count in counts}
    return {key: max(0, most - used.get(key, 0)) for key, most in units.items()}


def _claimable(campaign: ClaimCampaign, customer: Customer | None, had: _Had, *, place: str, at: datetime) -> Claimable:
    revision, template_revision = campaign.current_revision, campaign.template.current_revision
    claims = had.claims[campaign.pk]
    seq = next((number for number in range(1, revision.per_customer + 1) if number not in claims), 0)
    most = template_revision.issue_per_customer
    stock = stock_of(campaign, at=at)
    left_here = had.left_here.get((place, campaign.pk))
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
