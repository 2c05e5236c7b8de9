"""Which campaigns have entered a phase that nobody has noted yet? As many queries for a thousand as for one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import (
    CampaignApproval,
    CampaignRevision,
    CampaignSku,
    CampaignTransition,
    Decision,
    PhaseChange,
)
from campaigns.selectors.stock import used_up_campaigns

_S = CampaignState
SELLING = (Phase.RUNNING, Phase.SOLD_OUT)
Due = tuple[Phase, datetime]


@dataclass(frozen=True, slots=True)
class DueRevisions:
    """Revisions with something to note, and the campaigns that run and have nothing left to give."""

    revisions: list[CampaignRevision]
    used_up: set[int]


def due_revisions(at: datetime) -> DueRevisions:
    """Return the revisions in force whose last noted phase is behind the clock, or not what their stock says."""
    capped = _running_with_caps(at)
    used_up = used_up_campaigns(capped)
    turned = [row.pk for row in capped if (row.campaign_id in used_up) != (row.last == Phase.SOLD_OUT)]
    passed = _with_times(_passed_a_boundary(at)).exclude(pk__in=turned)
    return DueRevisions([*passed, *_with_times(CampaignRevision.objects.filter(pk__in=turned))], used_up)


def phases_to_note(revision: CampaignRevision, *, used_up: bool, at: datetime) -> tuple[Due, ...]:
    """Return the phases entered since the last one that was noted, in order; for rows of `due_revisions`."""
    passed = [(phase, due_at) for phase, due_at in _boundaries(revision) if due_at <= at]
    # What a revision says about the time before its approval never happened: it begins with what held then.
    before = [due for due in passed if due[1] <= revision.approved_at]
    entered = [(phase, revision.approved_at) for phase, _ in before[-1:]]
    entered += [due for due in passed if due[1] > revision.approved_at]
    return tuple(_turns(_unnoted(revision, entered), revision, used_up=used_up, at=at))


def _boundaries(revision: CampaignRevision) -> list[Due]:
    """Return when each phase is due by decision and clock; a campaign that goes on does so from that moment."""
    state = revision.campaign.state
    if state == _S.STOPPED:
        return [(Phase.ENDED, revision.stopped_at)]
    begins_at = max(filter(None, [revision.starts_at, revision.goes_on_since]))
    begin = [(Phase.WARM_UP, revision.warm_up_at)] if revision.warm_up_at else []
    begin.append((Phase.RUNNING, begins_at))
    return [*([] if state == _S.PAUSED else begin), (Phase.ENDED, revision.ends_at)]


def _unnoted(revision: CampaignRevision, entered: list[Due]) -> list[Due]:
    """Leave out what was noted before: nothing is noted twice, and running out of stock is no second start."""
    if revision.noted_phase is None:
        return entered
    left = [due for due in entered if due[1] > revision.noted_due_at]
    while left and _is_alike(left[0][0], revision.noted_phase):
        left.pop(0)
    return left


def _is_alike(phase: Phase, noted: str) -> bool:
    return phase == noted or (phase in SELLING and noted in SELLING)


def _turns(entered: list[Due], revision: CampaignRevision, *, used_up: bool, at: datetime) -> list[Due]:
    """Add the turn between running and sold out, where what is noted last is no longer true."""
    last = entered[-1][0] if entered else revision.noted_phase
    if used_up and last == Phase.RUNNING:
        return [*entered, (Phase.SOLD_OUT, at)]
    if not used_up and last == Phase.SOLD_OUT and revision.campaign.state == _S.APPROVED:
        return [*entered, (Phase.RUNNING, at)]
    return entered


def _passed_a_boundary(at: datetime) -> QuerySet[CampaignRevision]:
    """Return the current revisions that lack the row of a boundary behind them."""
    noted = PhaseChange.objects.filter(revision=OuterRef("pk"))
    last = Subquery(noted.order_by("-pk").values("phase")[:1])
    is_open = Q(current_of__state=_S.APPROVED)
    open_now = CampaignRevision.objects.filter(is_open, starts_at__lte=at, ends_at__gt=at).annotate(last=last)
    begun = open_now.filter(Q(last=None) | ~Q(last__in=SELLING))
    announced = CampaignRevision.objects.filter(
        ~Exists(noted.filter(phase=Phase.WARM_UP)), is_open, warm_up_at__lte=at, starts_at__gt=at
    )
    ended = CampaignRevision.objects.filter(
        ~Exists(noted.filter(phase=Phase.ENDED, due_at__gte=OuterRef("ends_at"))),
        current_of__state__in=[_S.APPROVED, _S.PAUSED],
        ends_at__lte=at,
    )
    stopped = CampaignRevision.objects.filter(current_of__state=_S.STOPPED).annotate(last=last)
    unfinished = stopped.filter(Q(last=None) | ~Q(last=Phase.ENDED))
    any_of = Q(pk__in=begun.values("pk")) | Q(pk__in=announced.values("pk"))
    any_of |= Q(pk__in=ended.values("pk")) | Q(pk__in=unfinished.values("pk"))
    return CampaignRevision.objects.filter(any_of, Exists(_approvals("pk")), current_of__isnull=False)


def _running_with_caps(at: datetime) -> list[CampaignRevision]:
    """Return the running revisions that may be used up, with the phase noted last."""
    stocked = CampaignSku.objects.filter(revision=OuterRef("pk"), stock_units__isnull=False)
    noted = PhaseChange.objects.filter(revision=OuterRef("pk")).order_by("-pk")
    capped = CampaignRevision.objects.filter(
        Q(stock_units__isnull=False) | Q(budget_cents__isnull=False) | Q(params__has_key="gifts") | Exists(stocked),
        current_of__state=_S.APPROVED,
        starts_at__lte=at,
        ends_at__gt=at,
    )
    needed = capped.only("campaign", "stock_units", "budget_cents", "everything", "params", "stays_ended")
    return list(needed.annotate(last=Subquery(noted.values("phase")[:1])).prefetch_related("scopes"))


def _with_times(revisions: QuerySet[CampaignRevision]) -> QuerySet[CampaignRevision]:
    """Add what `phases_to_note` reads: when it was approved, stopped, let go on, and what was noted last."""
    moves = CampaignTransition.objects.filter(subject=OuterRef("campaign")).order_by("-pk")
    noted = PhaseChange.objects.filter(revision=OuterRef("pk")).order_by("-pk")
    return (
        revisions.annotate(
            approved_at=Subquery(_approvals("pk").values("at")[:1]),
            stopped_at=Subquery(moves.filter(move="stop").values("at")[:1]),
            goes_on_since=Subquery(moves.filter(move__in=["resume", "reinstate"]).values("at")[:1]),
            noted_phase=Subquery(noted.values("phase")[:1]),
            noted_due_at=Subquery(noted.values("due_at")[:1]),
        )
        .select_related("campaign")
        .prefetch_related("scopes")
        .order_by("pk")
    )


def _approvals(revision: str) -> QuerySet[CampaignApproval]:
    approvals = CampaignApproval.objects.filter(revision=OuterRef(revision), decision=Decision.APPROVED)
    return approvals.order_by("-pk")
