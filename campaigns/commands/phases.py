"""Write one row for every phase that a campaign has entered; what was missed is caught up once, in order."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import CampaignRevision, CampaignSku, PhaseChange
from campaigns.selectors.stock import used_up_campaigns
from pricing.commands.book import turn_page
from pricing.ledger import book_once
from pricing.timers import one_by_one
from pricing.transactions import command

_S = CampaignState
TURN = 7_301  # names this use of advisory locks
Due = tuple[Phase, datetime]


def note_phases(*, at: datetime) -> int:
    """Note what campaigns have entered until `at`; return how many rows are new.

    One transaction per campaign: one that fails keeps no other waiting.
    """
    due = [*_passed_a_boundary(at), *_changed_between_on_and_sold_out(at)]
    new: list[int] = []
    one_by_one(due, lambda revision: new.append(_note(revision.pk, at=at)))
    return sum(new)


@command
def _note(revision_id: int, *, at: datetime) -> int:
    """Note the phases of one campaign, unless another worker is at it or it has changed meanwhile."""
    current = CampaignRevision.objects.filter(pk=revision_id, current_of__isnull=False)
    revision = current.select_related("campaign").first()
    if revision is None or not _is_my_turn(revision.campaign_id):
        return 0
    new = [phase for phase, due_at in _entered(revision, at) if _write(revision, phase, due_at=due_at, at=at)]
    if new:
        turn_page()
    return len(new)


def _is_my_turn(campaign_id: int) -> bool:
    """Orders hold the row of a busy campaign all the time, so workers agree by an advisory lock instead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [TURN, campaign_id])
        return cursor.fetchone()[0]


def _write(revision: CampaignRevision, phase: Phase, *, due_at: datetime, at: datetime) -> bool:
    return book_once(PhaseChange(campaign=revision.campaign, revision=revision, phase=phase, due_at=due_at, seen_at=at))


def _entered(revision: CampaignRevision, at: datetime) -> list[Due]:
    """Return the phases entered under this revision, in order; those noted before are among them."""
    approved_at = revision.approvals.filter(decision="approved").latest("pk").at  # the last one put it in force
    passed = [(phase, due_at) for phase, due_at in _boundaries(revision) if due_at <= at]
    # What a revision says about the time before its approval never happened: it begins with what held then.
    before, after = [due for due in passed if due[1] <= approved_at], [due for due in passed if due[1] > approved_at]
    entered = [(phase, approved_at) for phase, _ in before[-1:]] + after
    return [*entered, *_turned(revision, at)] if entered and entered[-1][0] == Phase.RUNNING else entered


def _boundaries(revision: CampaignRevision) -> list[Due]:
    campaign = revision.campaign
    if campaign.state == _S.STOPPED:
        return [(Phase.ENDED, campaign.transitions.filter(move="stop").latest("pk").at)]
    begin = [(Phase.WARM_UP, revision.warm_up_at)] if revision.warm_up_at else []
    begin.append((Phase.RUNNING, revision.starts_at))
    return [*([] if campaign.state == _S.PAUSED else begin), (Phase.ENDED, revision.ends_at)]


def _turned(revision: CampaignRevision, at: datetime) -> list[Due]:
    """Return the turn between running and sold out, if the last noted phase is no longer true."""
    noted = PhaseChange.objects.filter(revision=revision).order_by("pk").last()
    is_used_up = revision.campaign_id in used_up_campaigns([revision])
    if is_used_up and (noted is None or noted.phase != Phase.SOLD_OUT):
        return [(Phase.SOLD_OUT, at)]
    if not is_used_up and noted is not None and noted.phase == Phase.SOLD_OUT:
        return [(Phase.RUNNING, at)]
    return []


def _passed_a_boundary(at: datetime) -> QuerySet[CampaignRevision]:
    """Return the current revisions that lack the row of a boundary behind them. One query."""
    noted = PhaseChange.objects.filter(revision=OuterRef("pk"))
    lacks = {phase: ~Exists(noted.filter(phase=phase)) for phase in (Phase.WARM_UP, Phase.RUNNING, Phase.ENDED)}
    is_open = Q(current_of__state=_S.APPROVED)
    return (
        CampaignRevision.objects.filter(current_of__isnull=False)
        .filter(
            (is_open & Q(warm_up_at__lte=at, starts_at__gt=at) & lacks[Phase.WARM_UP])
            | (is_open & Q(starts_at__lte=at, ends_at__gt=at) & lacks[Phase.RUNNING])
            | ((Q(ends_at__lte=at) | Q(current_of__state=_S.STOPPED)) & lacks[Phase.ENDED])
        )
        .order_by("pk")
    )


def _changed_between_on_and_sold_out(at: datetime) -> list[CampaignRevision]:
    """Return running revisions with caps whose last noted phase is not what their stock says. Four queries."""
    stocked = CampaignSku.objects.filter(revision=OuterRef("pk"), stock_units__isnull=False)
    capped = CampaignRevision.objects.filter(
        Q(stock_units__isnull=False) | Q(budget_cents__isnull=False) | Exists(stocked),
        current_of__state=_S.APPROVED,
        starts_at__lte=at,
        ends_at__gt=at,
    )
    revisions = list(capped.prefetch_related("scopes").order_by("pk"))
    used_up = used_up_campaigns(revisions)
    last_phase = dict(
        PhaseChange.objects.filter(revision__in=revisions).order_by("pk").values_list("revision", "phase")
    )
    return [
        revision
        for revision in revisions
        if (revision.campaign_id in used_up) != (last_phase.get(revision.pk) == Phase.SOLD_OUT)
    ]
