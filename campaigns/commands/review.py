"""Submit, approve, reject: written once for campaigns, coupon templates and claim campaigns.

What is particular about each kind comes in as a value (`Review`): what to check before submission, what is at stake,
and what to set up at approval. The author of a revision never decides about it, nor does anybody who may not; where
there is a reason for it, two different people have to approve. The database refuses anything else, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.review_notices import tell_approvers, tell_author, tell_second_approvers
from campaigns.commands.second_approver import Stakes, second_approver_reasons
from campaigns.commands.transitions import MoveRefused, Step, Tables, locked_subject, set_state, target_of
from campaigns.lifecycle import CampaignState
from campaigns.models import Decision, ReviewState, Revision
from campaigns.selectors.content import content_hash
from campaigns.selectors.named_skus import keep_named_skus
from pricing.commands.book import turn_page
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command


class NotReady(Refusal):
    """A draft cannot be submitted yet; `problems` says everything that is missing, the first one is the message."""

    def __init__(self, problems: list[Refusal]) -> None:
        first = problems[0]
        super().__init__(first.msgid, field=first.field, **first.figures)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Review:
    """One kind of reviewed thing.

    `problems_of(revision, at)` lists what keeps a draft from being submitted. `put_in_force(subject, revision)` makes
    counters hold what the revision says, and refuses a cap below what is used. `stakes_of(revision)` is held against
    the limits of one approver. `hold(revision_id)` locks, before the approval, what must not change meanwhile and
    comes before the subject in LOCK_ORDER.
    """

    tables: Tables
    problems_of: Callable[[Any, datetime], list[Refusal]]
    put_in_force: Callable[[Any, Any], None]
    stakes_of: Callable[[Any], Stakes]
    hold: Callable[[int], None] = lambda revision_id: None

    @property
    def kind(self) -> str:
        """The name of the kind: the label of its model, such as "campaigns.campaign"."""
        return self.tables.subjects._meta.label_lower

    @property
    def permission(self) -> str:
        """What a person needs to decide, such as "campaigns.approve_campaign"."""
        app, model = self.kind.split(".")
        return f"{app}.approve_{model}"


REVIEWS: dict[str, Review] = {}


def register_review(review: Review) -> None:
    """Add a kind of reviewed thing to those that wait in the queue; apps do it when they are ready."""
    REVIEWS[review.kind] = review


@command
def submit(review: Review, *, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """Hand a draft in; from now on it cannot be edited. Raises NotReady or MoveRefused."""
    subject, revision = _locked(review, revision_id)
    if revision.author_id != by.pk:
        raise MoveRefused(N_("Only its author can hand a draft in."))
    keep_named_skus(revision)
    if problems := review.problems_of(revision, at):
        raise NotReady(problems)
    stamped = {
        "submitted_at": at,
        "content_hash": content_hash(revision),
        "second_reasons": _reasons(review, revision, at),
    }
    _decide(review, revision, source=ReviewState.DRAFT, target=ReviewState.IN_REVIEW, **stamped)
    target = _target(review, subject, "submit")
    set_state(review.tables, subject, target, Step("submit", by, at))
    tell_approvers(subject, revision, at=at)


@command
def approve(
    review: Review, *, revision_id: int, seen_hash: str, by: AbstractBaseUser, at: datetime, comment: str = ""
) -> None:
    """Approve a submitted revision: it is in force then, or, with a reason for it, waits for a second approver.

    `seen_hash` is the content hash of what the approver has looked at. Raises MoveRefused for the author, for who may
    not approve or has approved already, for a revision that is not in review or not the one that was seen, and for
    a thing that has been stopped; what `problems_of` or `put_in_force` refuse is raised as it is.
    """
    review.hold(revision_id)
    subject, revision = _locked(review, revision_id)
    step = Step("approve", by, at, comment)
    _check_decider(review, revision, by)
    _check_unchanged(revision, seen_hash)
    keep_named_skus(revision)
    if problems := review.problems_of(revision, at):
        raise NotReady(problems)
    target = _target(review, subject, "approve")
    earlier = _approved_by(review, revision)
    if by.pk in earlier:
        raise MoveRefused(N_("You have approved this already: a second person has to approve it, too."))
    _demand(review, revision, at)
    if len(earlier) + 1 < revision.approvals_needed:
        _approve_first(review, subject, revision, step)
        return
    _decide(review, revision, source=ReviewState.IN_REVIEW, target=ReviewState.APPROVED)
    _record(review, revision, Decision.APPROVED, step)
    set_state(review.tables, subject, target, step, current_revision=revision)
    review.put_in_force(subject, revision)
    turn_page()
    tell_author(subject, revision, by=by, at=at)


def _approve_first(review: Review, subject: Any, revision: Any, step: Step) -> None:
    """Record the first of two approvals: nothing is in force yet, and others are asked for the second."""
    if revision.review != ReviewState.IN_REVIEW:
        raise MoveRefused(N_("Somebody else was faster. Please look again."))
    _record(review, revision, Decision.APPROVED, step)
    set_state(review.tables, subject, subject.state, Step("approve_first", step.by, step.at, step.reason))
    tell_second_approvers(subject, revision, by=step.by, at=step.at)


@command
def reject(review: Review, *, revision_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Send a submitted revision back with a reason; what is in force stays in force. Raises MoveRefused."""
    subject, revision = _locked(review, revision_id)
    _check_decider(review, revision, by)
    if not reason.strip():
        raise MoveRefused(N_("Say why: the author has to know what to change."), field="reason")
    # What was stopped meanwhile can still be sent back, or it would wait in the queue for good.
    target = subject.state if subject.current_revision_id else target_of(review.tables, subject, "reject")
    _decide(review, revision, source=ReviewState.IN_REVIEW, target=ReviewState.REJECTED)
    _record(review, revision, Decision.REJECTED, Step("reject", by, at, reason))
    set_state(review.tables, subject, target, Step("reject", by, at, reason))
    tell_author(subject, revision, by=by, at=at, reason=reason.strip())


def _locked(review: Review, revision_id: int) -> tuple[Any, Any]:
    """Lock the subject, then the revision (somebody may be editing it): both as they are until the transaction ends."""
    found = review.tables.revisions._default_manager
    subject = locked_subject(review.tables, getattr(found.get(pk=revision_id), f"{review.tables.subject}_id"))
    revision = found.select_for_update(no_key=True).get(pk=revision_id)
    setattr(revision, review.tables.subject, subject)
    return subject, revision


def _check_decider(review: Review, revision: Revision, by: AbstractBaseUser) -> None:
    if revision.author_id == by.pk:
        raise MoveRefused(N_("You wrote this yourself: somebody else has to decide about it."))
    if not by.has_perm(review.permission):
        raise MoveRefused(N_("You may not decide about this: ask an approver."))


def _check_unchanged(revision: Revision, seen_hash: str) -> None:
    if seen_hash != revision.content_hash or content_hash(revision) != revision.content_hash:
        raise MoveRefused(N_("This is not the version that you have looked at. Please look again."))


def _reasons(review: Review, revision: Any, at: datetime) -> list[dict[str, Any]]:
    found = second_approver_reasons(revision, at, review.stakes_of(revision))
    return [{"msgid": reason.msgid, "figures": dict(reason.figures)} for reason in found]


def _demand(review: Review, revision: Any, at: datetime) -> None:
    """Add what has come up since the revision was handed in; what was a reason then stays one."""
    new = [reason for reason in _reasons(review, revision, at) if reason not in revision.second_reasons]
    if new and revision.review == ReviewState.IN_REVIEW:
        revision.second_reasons = [*revision.second_reasons, *new]
        revision.save(update_fields=["second_reasons"])


def _approved_by(review: Review, revision: Revision) -> set[int]:
    approvals = review.tables.approvals._default_manager.filter(revision=revision, decision=Decision.APPROVED)
    return set(approvals.values_list("checker_id", flat=True))


def _target(review: Review, subject: Any, move: str) -> str:
    """Return the state that a decision leads to: a new revision of something in force leaves its state alone."""
    if subject.current_revision_id:
        if subject.state == CampaignState.STOPPED:
            raise MoveRefused(N_("This has been stopped for good. Duplicate it to start again."))
        return subject.state
    return target_of(review.tables, subject, move)


def _decide(review: Review, revision: Revision, *, source: str, target: str, **columns: Any) -> None:
    undecided = review.tables.revisions._default_manager.filter(pk=revision.pk, review=source)
    if not undecided.update(review=target, **columns):
        raise MoveRefused(N_("Somebody else was faster. Please look again."))


def _record(review: Review, revision: Revision, decision: str, step: Step) -> None:
    review.tables.approvals._default_manager.create(
        revision=revision,
        maker_id=revision.author_id,
        checker=step.by,
        decision=decision,
        reason=step.reason.strip(),
        at=step.at,
    )
