"""What do running campaigns exceed? Judged by what was really sold since each was last set going."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from campaigns.lifecycle import CampaignState
from campaigns.models import Alarm, AlarmKind, CampaignBudget, CampaignRevision, CampaignTransition
from campaigns.sources import SkuResult, ask

HOUR = timedelta(hours=1)
WHOLE_BP = 10_000
# A budget is never overdrawn, so its last half percent is often too little for another discount.
BUDGET_STEPS = ((AlarmKind.BUDGET_80, 8_000), (AlarmKind.BUDGET_100, 9_950))


@dataclass(frozen=True, slots=True)
class Trip:
    """One limit that is exceeded: by what figure, and of which SKU where it is about one."""

    revision: CampaignRevision
    kind: AlarmKind
    figure: int
    limit: int
    since: datetime
    sku_id: int | None = None


def tripped(at: datetime) -> list[Trip]:
    """Return what running campaigns exceed and nobody has been told since they were set going. Five queries."""
    revisions = list(_watched(at))
    if not revisions:
        return []
    told = set(
        Alarm.objects.filter(campaign__in=[row.campaign_id for row in revisions]).values_list(
            "campaign", "kind", "since"
        )
    )
    found = [*_by_sales(revisions, at), *_by_budget(revisions)]
    return [trip for trip in found if (trip.revision.campaign_id, trip.kind.value, trip.since) not in told]


def _watched(at: datetime) -> QuerySet[CampaignRevision]:
    """Running revisions with anything to watch, and since when it counts: the last time they were set going."""
    moves = CampaignTransition.objects.filter(subject=OuterRef("campaign"))
    going = moves.filter(move__in=["approve", "resume", "reinstate"]).order_by("-pk").values("at")[:1]
    approved = moves.filter(move="approve").order_by("-pk").values("at")[:1]
    watched = Q(guards_cost=True) | Q(loss_limit_cents__isnull=False) | Q(lowest_share_bp__isnull=False)
    watched |= Q(hourly_limit_cents__isnull=False) | Q(budget_cents__isnull=False)
    running = CampaignRevision.objects.filter(
        watched, current_of__state=CampaignState.APPROVED, starts_at__lte=at, ends_at__gt=at
    )
    return running.annotate(going_since=Subquery(going), approved_at=Subquery(approved)).order_by("campaign_id")


def _by_sales(revisions: Iterable[CampaignRevision], at: datetime) -> Iterator[Trip]:
    revisions = [row for row in revisions if row.going_since]
    results = _results({row.campaign_id: row.going_since for row in revisions})
    limited = [row for row in revisions if row.hourly_limit_cents is not None]
    lately = _results({row.campaign_id: max(row.going_since, at - HOUR) for row in limited})
    for revision in revisions:
        sold, soon = results.get(revision.campaign_id, []), lately.get(revision.campaign_id, [])
        for rule in (_below_cost, _loss, _low_price):
            yield from rule(revision, sold)
        yield from _too_fast(revision, soon)


def _results(since: Mapping[int, datetime]) -> dict[int, list[SkuResult]]:
    found: dict[int, list[SkuResult]] = {}
    for row in ask("campaign_results", since, default=[]):
        found.setdefault(row.campaign_id, []).append(row)
    return found


def _below_cost(revision: CampaignRevision, sold: list[SkuResult]) -> Iterator[Trip]:
    losing = max(sold, key=lambda row: row.loss_cents, default=None)
    if revision.guards_cost and losing is not None and losing.loss_cents:
        yield Trip(revision, AlarmKind.BELOW_COST, losing.loss_cents, 0, revision.going_since, losing.sku_id)


def _loss(revision: CampaignRevision, sold: list[SkuResult]) -> Iterator[Trip]:
    lost, limit = sum(row.loss_cents for row in sold), revision.loss_limit_cents
    if limit is not None and lost > limit:
        yield Trip(revision, AlarmKind.LOSS_LIMIT, lost, limit, revision.going_since)


def _low_price(revision: CampaignRevision, sold: list[SkuResult]) -> Iterator[Trip]:
    lowest, limit = min(sold, key=lambda row: row.lowest_bp, default=None), revision.lowest_share_bp
    if limit is not None and lowest is not None and lowest.lowest_bp < limit:
        yield Trip(revision, AlarmKind.LOW_PRICE, lowest.lowest_bp, limit, revision.going_since, lowest.sku_id)


def _too_fast(revision: CampaignRevision, soon: list[SkuResult]) -> Iterator[Trip]:
    given, limit = sum(row.discount_cents for row in soon), revision.hourly_limit_cents
    if limit is not None and given > limit:
        yield Trip(revision, AlarmKind.HOURLY_LIMIT, given, limit, revision.going_since)


def _by_budget(revisions: Iterable[CampaignRevision]) -> Iterator[Trip]:
    budgeted = {row.campaign_id: row for row in revisions if row.budget_cents and row.approved_at}
    for budget in CampaignBudget.objects.filter(pk__in=budgeted):
        revision = budgeted[budget.pk]
        for kind, share_bp in BUDGET_STEPS:
            if budget.used_cents * WHOLE_BP >= revision.budget_cents * share_bp:
                yield Trip(revision, kind, budget.used_cents, revision.budget_cents, revision.approved_at)
