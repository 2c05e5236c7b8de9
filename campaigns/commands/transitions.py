"""The one place where the state of a reviewed thing changes: compare-and-set plus one row of history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from campaigns.commands.auditing import note_move
from campaigns.lifecycle import MOVES, can_move
from campaigns.models import (
    Approval,
    Campaign,
    CampaignApproval,
    CampaignRevision,
    CampaignTransition,
    Revision,
    Transition,
)
from pricing.commands.book import turn_page
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.gate import pass_alone
from pricing.transactions import command, locking

NEEDS_REASON = frozenset({"reject", "pause", "stop"})


class MoveRefused(Refusal):
    """Something cannot go from its state to the one asked for, or not by this person."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one kind of reviewed thing. `subject` is the revision's foreign key; `lock` its LOCK_ORDER kind."""

    subjects: type[Model]
    revisions: type[Revision]
    approvals: type[Approval]
    transitions: type[Transition]
    subject: str
    lock: str
    moves: Mapping[str, tuple[frozenset[str], str]]


@dataclass(frozen=True, slots=True)
class Step:
    """A move for the history: its name, who made it (None = a timer), when, and why."""

    move: str
    by: AbstractBaseUser | None
    at: datetime
    reason: str = ""


CAMPAIGNS = Tables(
    subjects=Campaign,
    revisions=CampaignRevision,
    approvals=CampaignApproval,
    transitions=CampaignTransition,
    subject="campaign",
    lock="campaign",
    moves=MOVES,
)


@command
def move_campaign(
    *, campaign_id: int, move: str, by: AbstractBaseUser | None, at: datetime, reason: str = ""
) -> Campaign:
    """Pause, resume or stop a campaign without asking anybody; people go through commands.interventions."""
    return move_subject(CAMPAIGNS, campaign_id, Step(move, by, at, reason))


@command
def move_subject(tables: Tables, subject_id: int, step: Step) -> Any:
    """Make one move of a campaign, coupon template or claim campaign, and tell the book.

    Waits for the orders that hold it and lets none in: once a stop has returned, no order commits with it.
    Raises MoveRefused if the state does not allow the move, the clock has ended it, or a needed reason is missing.
    """
    subject = locked_subject(tables, subject_id)
    check_move(tables, subject, step.move, step.at)
    target = target_of(tables, subject, step.move)
    if step.move in NEEDS_REASON and not step.reason.strip():
        raise MoveRefused(N_("Say why: the reason is kept in the history."), field="reason")
    set_state(tables, subject, target, step)
    turn_page()
    return subject


def check_move(tables: Tables, subject: Any, move: str, at: datetime) -> None:
    """Refuse a move that does not start from the present state, or that comes after the end by the clock."""
    if move in tables.moves:
        target_of(tables, subject, move)
    elif not can_move(subject.state, move):
        raise _not_now(subject)
    if _is_over(subject, at):
        raise MoveRefused(N_("This is not possible any more: the end of its period has passed."))


def _is_over(subject: Any, at: datetime) -> bool:
    """Whether what is in force has ended by the clock; templates have no end of their own."""
    ends_at = getattr(subject.current_revision, "ends_at", None)
    return ends_at is not None and ends_at <= at


def target_of(tables: Tables, subject: Any, move: str) -> str:
    """Return the state that a move leads to. Raises MoveRefused if it does not start from the present one."""
    sources, target = tables.moves[move]
    if subject.state not in sources:
        raise _not_now(subject)
    return target


def _not_now(subject: Any) -> MoveRefused:
    return MoveRefused(N_("This is not possible now: the state is “%(state)s”."), state=subject.get_state_display())


def locked_subject(tables: Tables, subject_id: int) -> Any:
    """Return the subject, locked until the transaction ends. Its turn comes even while orders hold it one by one."""
    locking(tables.lock)
    pass_alone(tables.subjects._meta.db_table, subject_id)
    # No key is changed: rows that merely point here (coupons, entries) need not wait, orders that hold it must.
    return tables.subjects._default_manager.select_for_update(no_key=True).get(pk=subject_id)


def set_state(tables: Tables, subject: Any, target: str, step: Step, **columns: Any) -> None:
    """Compare-and-set the state (and columns that go with it), and write the history row.

    `target` may be the present state: a decision about a new revision of something that runs leaves it running.
    """
    source = subject.state
    unmoved = tables.subjects._default_manager.filter(pk=subject.pk, state=source)
    if not unmoved.update(state=target, **columns):
        raise MoveRefused(N_("Somebody else was faster. Please look again."))
    tables.transitions._default_manager.create(
        subject=subject,
        source=source,
        target=target,
        move=step.move,
        by=step.by,
        reason=step.reason.strip(),
        at=step.at,
    )
    for name, value in {"state": target, **columns}.items():
        setattr(subject, name, value)
    note_move(subject, move=step.move, before=source, by=step.by, at=step.at, reason=step.reason.strip())
