"""Risk control at work: whoever hands something out asks `assess` first, and adds `noted` to its statements.

    assessed = assess(Attempt(...), at=at)     # raises NotNow (refused) or UnderReview (held): nothing may be given
    ...
    issue(..., noting=noted(assessed, at=at))    # in the transaction that gives it; elsewhere pass_guards(noted(…))

Attempts that a profile judges are written at once, in a transaction of their own, so that what is refused is counted,
too. Attempts from the same customer, address or device that rules count are judged one after the other: that is what
makes "5 per hour" exactly 5, however many come at once. Where no profile judges, one insert is all it costs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coupons.commands.guards import Guard, never
from coupons.models import CaseState, RiskAttempt, RiskCase, RiskOutcome
from coupons.refusals import NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.deciding import Decision, decide
from coupons.selectors.risk import Known, counted, what_is_known
from pricing.engine.messages import N_
from pricing.transactions import command

# What staff reads of it on the lists of what a gift or a grant has given; the customer has asked for nothing.
REFUSED_TO_STAFF = {
    UnderReview: N_("Held by risk control: it waits among the held attempts."),
    NotNow: N_("Refused by risk control."),
}
HELD_TO_STAFF = REFUSED_TO_STAFF[UnderReview]
LAPSED_TO_STAFF = N_("Nobody decided in time: try again by hand.")
# The columns of `_columns`, in their order.
NOTE = """
INSERT INTO coupons_riskattempt (at, act, kind, object_id, customer_id, key, address, device, device_hours,
                                 account_hours, level_rank, phone_verified, revision_id, outcome, score, reasons)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '[]')
"""
RELEASE_HOURS = 24  # so long a released order or draw may be tried again


@dataclass(frozen=True, slots=True)
class Assessed:
    """An attempt that may go on; `is_noted`: whether its row is written already."""

    attempt: Attempt
    known: Known
    is_noted: bool


def assess(attempt: Attempt, *, at: datetime, known: Known | None = None) -> Assessed:
    """Let an attempt pass, or raise NotNow or UnderReview; every decision is stored with its score and reasons.

    Call it outside of a transaction: a refusal is written down although nothing else is. `known`: what is known of the
    attempt, where that was asked along with something else.
    """
    known = known or what_is_known(attempt, at=at)
    if known.block:
        reason = {"block": known.block["id"], "kind": known.block["kind"], "effect": "block"}
        _write_refused(attempt, known, reason, at=at)
        raise _not_now()
    if known.case and _is_let_pass(attempt, known, known.case, at=at):
        return Assessed(attempt, known, is_noted=True)
    if known.profile is None:
        return Assessed(attempt, known, is_noted=False)
    if attempt.is_queued and _has_passed(attempt):
        return Assessed(attempt, known, is_noted=True)
    decision = judge(attempt, known, at=at)
    if decision.outcome == RiskOutcome.BLOCK:
        raise _not_now()
    if decision.outcome == RiskOutcome.HOLD:
        raise _under_review()
    return Assessed(attempt, known, is_noted=True)


def noted(assessed: Assessed, *, at: datetime) -> list[Guard]:
    """Return the statement that writes an attempt no profile has judged, so that rules can be tried on it some day.

    It travels with the others of the command that gives something out, and is kept or undone with them.
    """
    if assessed.is_noted:
        return []
    row = _columns(assessed.attempt, assessed.known, RiskOutcome.UNJUDGED, at=at)
    return [Guard("", NOTE, tuple(row.values()), never)]


@command
def judge(attempt: Attempt, known: Known, *, at: datetime) -> Decision:
    """Count, decide and write: one attempt of each source that the rules count after the other."""
    assert known.profile is not None
    measures = known.profile.measures(attempt.act)
    facts = known.facts(attempt.origin)
    measured = {measure: facts[measure.signal] for measure in measures if measure.signal in facts}
    decision = decide(known.profile, attempt.act, measured | counted(attempt, measures, known, at=at))
    row = _write(attempt, known, decision.outcome, at=at, score=decision.score, reasons=decision.reasons)
    if decision.outcome == RiskOutcome.HOLD:
        _open_case(attempt, row)
    return decision


def _is_let_pass(attempt: Attempt, known: Known, case: dict, *, at: datetime) -> bool:
    """Whether people have released the same thing; raises where they have refused it, or have to decide yet.

    A release ends after a day.
    """
    if case["state"] == CaseState.WAITING:
        raise _under_review()
    if case["state"] == CaseState.BLOCKED:
        raise _not_now()
    if case["state"] == CaseState.LAPSED:
        return False
    if case["decided_at"] <= at - timedelta(hours=RELEASE_HOURS):
        return False
    return _pass_released(attempt, known, case["id"], at=at)


def _has_passed(attempt: Attempt) -> bool:
    own = RiskAttempt.objects.filter(customer=attempt.customer_id, key=attempt.key)
    return own.filter(outcome__in=[RiskOutcome.PASS, RiskOutcome.RELEASED]).exists()


@command
def _pass_released(attempt: Attempt, known: Known, case_id: int, *, at: datetime) -> bool:
    """One release lets one thing pass, however often it is tried: the customer's next order is judged as ever."""
    released = RiskCase.objects.filter(pk=case_id, state=CaseState.RELEASED, passed_key__in=["", attempt.key])
    if not released.update(passed_key=attempt.key):
        return False
    _write(attempt, known, RiskOutcome.RELEASED, at=at)
    return True


@command
def _write_refused(attempt: Attempt, known: Known, reason: dict, *, at: datetime) -> None:
    _write(attempt, known, RiskOutcome.BLOCK, at=at, reasons=[reason])


def _write(
    attempt: Attempt, known: Known, outcome: str, *, at: datetime, score: int = 0, reasons: list[dict] | None = None
) -> RiskAttempt:
    columns = _columns(attempt, known, outcome, at=at)
    return RiskAttempt.objects.create(**columns, score=score, reasons=reasons or [])


def _columns(attempt: Attempt, known: Known, outcome: str, *, at: datetime) -> dict[str, Any]:
    """Return what is known of an attempt, by the columns of RiskAttempt."""
    origin, person = attempt.origin, known.person
    return {
        "at": at,
        "act": attempt.act,
        "kind": attempt.kind,
        "object_id": attempt.object_id,
        "customer_id": attempt.customer_id,
        "key": attempt.key,
        "address": origin.address,
        "device": origin.device,
        "device_hours": origin.device_hours,
        "account_hours": person.get("account_hours"),
        "level_rank": person.get("level_rank", -1),
        "phone_verified": person.get("phone_verified", False),
        "revision_id": known.revision_id,
        "outcome": outcome,
    }


def _open_case(attempt: Attempt, row: RiskAttempt) -> None:
    """Put it before a person, once for what it is about: a twin that was held at the same moment is the same case."""
    RiskCase.objects.bulk_create(
        [
            RiskCase(
                attempt=row,
                topic=attempt.about,
                act=attempt.act,
                customer_id=attempt.customer_id,
                params=dict(attempt.params),
                opened_at=row.at,
            )
        ],
        ignore_conflicts=True,
    )


def _not_now() -> NotNow:
    return NotNow(N_("We cannot give you this at the moment. If you think this is a mistake, please ask our service."))


def _under_review() -> UnderReview:
    return UnderReview(
        N_("Your request is being checked by our staff. There is nothing else you have to do; please look in later.")
    )
