"""Pause, resume, stop, take SKUs out and back in: asked for with a reason and carried out by a second person.

In an emergency what takes away is done at once and reviewed afterwards; what gives always waits for the second person.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from campaigns.commands.intervention_notices import tell_approvers, tell_who_asked
from campaigns.commands.transitions import (
    CAMPAIGNS,
    MoveRefused,
    Step,
    check_move,
    locked_subject,
    move_subject,
    set_state,
)
from campaigns.commands.withdrawal import check_skus, take_back_in, take_out
from campaigns.lifecycle import CampaignState, can_move
from campaigns.models import ABOUT_SKUS, AT_ONCE, Campaign, Deed, Intervention, InterventionSku, Outcome
from campaigns.selectors.staff import staff_with
from pricing.engine.messages import N_
from pricing.transactions import command

NAMED = 20  # SKUs whose codes stand in the history; all of them are with the intervention


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do to a campaign, and why. `sku_ids` for taking out and back in; `carts` as was shown."""

    deed: str
    reason: str
    sku_ids: frozenset[int] = frozenset()
    carts: int = 0


@command
def ask_for(*, campaign_id: int, wish: Wish, by: AbstractBaseUser, at: datetime) -> Intervention:
    """Ask for something that a second person then carries out or refuses.

    Raises MoveRefused where it is not possible now or is asked for already, WrongSkus.
    """
    _check_may_ask(by)
    campaign = locked_subject(CAMPAIGNS, campaign_id)
    asked = _written(campaign, wish, by=by, at=at)
    _note(campaign, _step("ask", asked, by, at, asked.reason))
    tell_approvers(asked, at=at)
    return asked


@command
def do_at_once(*, campaign_id: int, wish: Wish, by: AbstractBaseUser | None, at: datetime) -> Intervention:
    """Pause, stop or take SKUs out now; a second person reviews it afterwards. No one (`by`) is the loss guard.

    Once it has returned, no order commits with what it has ended. Raises MoveRefused, WrongSkus.
    """
    if by is not None:
        _check_may_ask(by)
    if wish.deed not in AT_ONCE:
        raise MoveRefused(N_("A second person has to agree to this first."))
    campaign = locked_subject(CAMPAIGNS, campaign_id)
    done = _written(campaign, wish, by=by, at=at, at_once=True)
    _carry_out(campaign, done, by=by, at=at)
    tell_approvers(done, at=at)
    return done


@command
def agree(*, intervention_id: int, by: AbstractBaseUser, at: datetime, remark: str = "") -> Intervention:
    """Carry out what was asked for, or confirm what was done at once. Raises MoveRefused, WrongSkus."""
    campaign, found = _locked(intervention_id)
    _check_second(found, by)
    _decide(found, Outcome.CONFIRMED if found.at_once else Outcome.CARRIED_OUT, by=by, at=at, remark=remark)
    if found.at_once:
        _note(campaign, _step("confirm", found, by, at, remark))
    else:
        _carry_out(campaign, found, by=by, at=at)
    tell_who_asked(found, at=at)
    return found


@command
def refuse(*, intervention_id: int, by: AbstractBaseUser, at: datetime, remark: str) -> Intervention:
    """Leave things as they are, or undo what was done at once. Raises MoveRefused, also where it cannot be undone."""
    campaign, found = _locked(intervention_id)
    _check_second(found, by)
    if not remark.strip():
        raise MoveRefused(N_("Say why: the reason is kept in the history."), field="reason")
    _decide(found, Outcome.REVERTED if found.at_once else Outcome.REFUSED, by=by, at=at, remark=remark)
    if found.at_once:
        _undo(campaign, found, by=by, at=at)
    else:
        _note(campaign, _step("refuse", found, by, at, remark))
    tell_who_asked(found, at=at)
    return found


@command
def call_back(*, intervention_id: int, by: AbstractBaseUser, at: datetime) -> Intervention:
    """Take back what one has asked for oneself and nobody has decided yet. Raises MoveRefused."""
    campaign, found = _locked(intervention_id)
    if found.asked_by_id != by.pk or found.at_once:
        raise MoveRefused(N_("Only who has asked for this can call it back."))
    _decide(found, Outcome.CALLED_BACK, by=by, at=at)
    _note(campaign, _step("call_back", found, by, at, ""))
    return found


def _written(
    campaign: Campaign, wish: Wish, *, by: AbstractBaseUser | None, at: datetime, at_once: bool = False
) -> Intervention:
    if not wish.reason.strip():
        raise MoveRefused(N_("Say why: the reason is kept in the history."), field="reason")
    check_move(CAMPAIGNS, campaign, wish.deed, at)
    if wish.deed in ABOUT_SKUS:
        check_skus(campaign, wish.sku_ids, withdraw=wish.deed == Deed.WITHDRAW)
    elif not at_once and _open_requests(campaign).filter(deed=wish.deed).exists():
        raise MoveRefused(N_("This is asked for already and waits for a second person."))
    intervention = Intervention.objects.create(
        campaign=campaign,
        deed=wish.deed,
        at_once=at_once,
        reason=wish.reason.strip(),
        carts=wish.carts,
        asked_by=by,
        asked_at=at,
    )
    if wish.deed in ABOUT_SKUS:
        InterventionSku.objects.bulk_create(
            InterventionSku(intervention=intervention, sku_id=sku) for sku in sorted(wish.sku_ids)
        )
    return intervention


def _carry_out(campaign: Campaign, wanted: Intervention, *, by: AbstractBaseUser | None, at: datetime) -> None:
    if wanted.deed in ABOUT_SKUS:
        check_move(CAMPAIGNS, campaign, wanted.deed, at)
        sku_ids = set(wanted.skus.values_list("sku", flat=True))
        check_skus(campaign, sku_ids, withdraw=wanted.deed == Deed.WITHDRAW)
        if wanted.deed == Deed.WITHDRAW:
            take_out(campaign, wanted, at=at)
        else:
            take_back_in(campaign, sku_ids)
        _note(campaign, _step(wanted.deed, wanted, by, at, wanted.reason))
        return
    moved = move_subject(CAMPAIGNS, campaign.pk, Step(wanted.deed, by, at, wanted.reason))
    _lapse(moved, at=at)


def _undo(campaign: Campaign, done: Intervention, *, by: AbstractBaseUser, at: datetime) -> None:
    if done.deed == Deed.WITHDRAW:
        check_move(CAMPAIGNS, campaign, Deed.TAKE_BACK, at)
        # What came back in and was taken out again by somebody else since is theirs to decide.
        take_back_in(campaign, list(campaign.withdrawn.filter(intervention=done).values_list("sku", flat=True)))
        _note(campaign, _step(Deed.TAKE_BACK, done, by, at, done.remark))
    else:
        _check_latest(campaign, done)
        _lapse(move_subject(CAMPAIGNS, campaign.pk, Step(_undoing(campaign, done), by, at, done.remark)), at=at)


def _undoing(campaign: Campaign, done: Intervention) -> str:
    """Return the move that leads back to where things were: what was paused before it was stopped stays paused."""
    if done.deed == Deed.PAUSE:
        return "resume"
    stop = campaign.transitions.filter(move=Deed.STOP).latest("pk")
    return "reinstate_paused" if stop.source == CampaignState.PAUSED else "reinstate"


def _check_latest(campaign: Campaign, done: Intervention) -> None:
    """What was resumed and paused again by somebody else since is theirs to decide."""
    later = campaign.interventions.filter(pk__gt=done.pk, deed=done.deed)
    if later.filter(Q(outcome__in=[Outcome.CARRIED_OUT, Outcome.CONFIRMED]) | Q(at_once=True)).exists():
        raise MoveRefused(N_("It was paused again since: this cannot be reverted any more, only confirmed."))


@command
def lapse_overdue(*, at: datetime) -> int:
    """Close what was asked for and has waited until the campaign was over; return how much. Repeating is harmless."""
    waiting = Intervention.objects.filter(outcome=Outcome.WAITING, at_once=False)
    over = waiting.filter(campaign__current_revision__ends_at__lte=at).values_list("campaign", flat=True)
    closed = 0
    for campaign_id in sorted(set(over)):
        campaign = locked_subject(CAMPAIGNS, campaign_id)
        closed += _close(campaign, _open_requests(campaign), at=at)
    return closed


def _lapse(campaign: Campaign, *, at: datetime) -> None:
    """Close what waits for a second person and is no longer possible."""
    gone = [deed for deed in Deed if not can_move(CampaignState(campaign.state), deed)]
    _close(campaign, _open_requests(campaign).filter(deed__in=gone), at=at)


def _close(campaign: Campaign, requests: QuerySet[Intervention], *, at: datetime) -> int:
    """Close requests of a locked campaign that nobody will decide, and tell who has asked; return how many."""
    rows = list(requests.select_related("asked_by").order_by("pk"))
    for row in rows:
        row.campaign, row.outcome = campaign, Outcome.LAPSED
        row.save(update_fields=["outcome"])
        _note(campaign, _step("lapse", row, None, at, row.reason))
        tell_who_asked(row, at=at)
    return len(rows)


def _open_requests(campaign: Campaign) -> QuerySet[Intervention]:
    return campaign.interventions.filter(outcome=Outcome.WAITING, at_once=False)


def _locked(intervention_id: int) -> tuple[Campaign, Intervention]:
    """Lock the campaign: everything about its interventions happens under this one lock."""
    campaign_id = Intervention.objects.values_list("campaign", flat=True).get(pk=intervention_id)
    campaign = locked_subject(CAMPAIGNS, campaign_id)
    found = Intervention.objects.select_related("asked_by").get(pk=intervention_id)
    found.campaign = campaign
    return campaign, found


def _check_may_ask(by: AbstractBaseUser) -> None:
    if not by.has_perm("campaigns.pause_campaign"):
        raise MoveRefused(N_("You may not interrupt campaigns: ask an operator."))


def _check_second(found: Intervention, by: AbstractBaseUser) -> None:
    if found.asked_by_id == by.pk:
        raise MoveRefused(N_("You asked for this yourself: somebody else has to decide about it."))
    # Asked of the database: the right may have been taken away since the page was opened.
    if not staff_with("campaigns.approve_campaign").filter(pk=by.pk).exists():
        raise MoveRefused(N_("You may not decide about this: ask an approver."))


def _decide(found: Intervention, outcome: str, *, by: AbstractBaseUser, at: datetime, remark: str = "") -> None:
    decided = {"outcome": outcome, "decided_by": by, "decided_at": at, "remark": remark.strip()}
    if not Intervention.objects.filter(pk=found.pk, outcome=Outcome.WAITING).update(**decided):
        raise MoveRefused(N_("Somebody else was faster. Please look again."))
    for name, value in decided.items():
        setattr(found, name, value)


def _note(campaign: Campaign, step: Step) -> None:
    """Write a row of history that leaves the state as it is."""
    set_state(CAMPAIGNS, campaign, campaign.state, step)


def _step(move: str, about: Intervention, by: AbstractBaseUser | None, at: datetime, reason: str) -> Step:
    """Return the row of history; its reason says what it is about."""
    codes = list(about.skus.values_list("sku__code", flat=True)[: NAMED + 1]) if about.deed in ABOUT_SKUS else []
    named = ", ".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")
    said = [str(about.get_deed_display()) if move not in Deed.values else "", named, reason]
    return Step(move, by, at, " · ".join(part for part in said if part))
