"""People decide about held attempts: release, refuse, take either back. Every decision has a reason and is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.auditing import note_move
from coupons.commands.claiming import release_claim
from coupons.commands.gift_giving import release_gift
from coupons.commands.grant_giving import keys_of_row, release_row
from coupons.commands.recalling import take_back_coupons
from coupons.commands.redeeming import release_code
from coupons.commands.risk_lists import say_on_lists
from coupons.lifecycle import CouponState
from coupons.models import CaseState, Coupon, RiskCase, RiskCaseMove
from coupons.risk.signals import GRANT
from coupons.selectors.compensations import is_same_person
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command


class CaseRefused(Refusal):
    """This cannot be decided so, or not by this person."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decides, when and why."""

    by: AbstractBaseUser
    at: datetime
    reason: str


Release = Callable[[RiskCase, datetime], Coupon | None]
# What giving out a held attempt means, by its act. Where there is nothing here, the customer may simply try again.
RELEASES: dict[str, Release] = {
    "claim": lambda case, at: release_claim(**case.params, at=at),
    "code": lambda case, at: release_code(**case.params, at=at),
    "gift": lambda case, at: release_gift(**case.params, at=at),
    "grant": lambda case, at: release_row(**case.params, at=at),
}


@command
def release_case(*, case_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> RiskCase:
    """Give out what was held: all limits bind as ever, and what they refuse is raised and leaves the case waiting."""
    case = _locked(case_id, by)
    if case.state != CaseState.WAITING:
        raise _faster()
    if case.customer and is_same_person(by, case.customer):
        raise CaseRefused(N_("Nobody releases their own attempts: ask a colleague."))
    release = RELEASES.get(case.act)
    coupon = release(case, at) if release else None
    if coupon is not None and coupon.state == CouponState.RECALLED:
        raise CaseRefused(N_("Its coupon was recalled and cannot be issued again. Grant another one by hand."))
    _move(case, "release", CaseState.RELEASED, Ruling(by, at, reason), coupon=coupon)
    return case


@command
def block_case(*, case_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> RiskCase:
    """Refuse what was held; the same attempt is refused from now on."""
    case = _locked(case_id, by)
    if case.state != CaseState.WAITING:
        raise _faster()
    _move(case, "block", CaseState.BLOCKED, Ruling(by, at, reason))
    return case


@command
def undo_case(*, case_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> RiskCase:
    """Let a decision be made anew: an unused coupon is recalled. Raises CaseRefused for one that is in use."""
    case = _locked(case_id, by)
    if case.state in (CaseState.WAITING, CaseState.LAPSED):
        raise _faster()
    if RiskCase.objects.filter(topic=case.topic, state=CaseState.WAITING).exists():
        raise CaseRefused(N_("The same was held again since: decide about that one."))
    if case.coupon_id and not _taken_back(case, by, at, reason):
        raise CaseRefused(N_("The coupon is used, or kept for an order: it cannot be taken back any more."))
    _move(case, "undo", CaseState.WAITING, Ruling(by, at, reason))
    return case


def _taken_back(case: RiskCase, by: AbstractBaseUser, at: datetime, reason: str) -> bool:
    coupon_ids = [case.coupon_id]
    if case.act == GRANT:  # one row of a list may give several
        of_row = Coupon.objects.filter(grant_key__in=keys_of_row(**case.params))
        coupon_ids = list(of_row.values_list("pk", flat=True))
    return take_back_coupons(coupon_ids=coupon_ids, reason=reason, by=by, at=at)


def _locked(case_id: int, by: AbstractBaseUser) -> RiskCase:
    if not by.has_perm("coupons.decide_riskcase"):
        raise CaseRefused(N_("You may not decide about held attempts."))
    return RiskCase.objects.select_for_update().get(pk=case_id)


def _move(case: RiskCase, move: str, target: str, ruling: Ruling, *, coupon: Coupon | None = None) -> None:
    if not ruling.reason.strip():
        raise CaseRefused(N_("Say why: the reason is kept in the history."), field="reason")
    source, decided = case.state, target != CaseState.WAITING
    case.state, case.coupon, case.passed_key = target, coupon, ""
    case.decided_at, case.decided_by = (ruling.at, ruling.by) if decided else (None, None)
    case.save(update_fields=["state", "coupon", "passed_key", "decided_at", "decided_by"])
    say_on_lists([case], source=source, target=target)
    reason = ruling.reason.strip()
    RiskCaseMove.objects.create(
        case=case, move=move, source=source, target=target, by=ruling.by, reason=reason, at=ruling.at
    )
    note_move(case, move=move, before=source, by=ruling.by, at=ruling.at, reason=reason)


def _faster() -> CaseRefused:
    return CaseRefused(N_("Somebody else was faster. Please look again."))
