"""What the lists of gifts and of grants say about rows that risk control has held, as the decisions come."""

from collections.abc import Iterable

from coupons.commands.risk import HELD_TO_STAFF, LAPSED_TO_STAFF, REFUSED_TO_STAFF
from coupons.models import CaseState, GiftDue, GrantResult, RiskCase
from coupons.refusals import NotNow
from coupons.risk.signals import GIFT, GRANT

SAID = {
    CaseState.WAITING: HELD_TO_STAFF,
    CaseState.BLOCKED: REFUSED_TO_STAFF[NotNow],
    CaseState.LAPSED: LAPSED_TO_STAFF,
}


def say_on_lists(cases: Iterable[RiskCase], *, source: str, target: str) -> None:
    """Let the rows that these cases are about say the new state where they have said the former; a release gives."""
    before, now = SAID.get(CaseState(source)), SAID.get(CaseState(target))
    if before is None or now is None:
        return
    cases = list(cases)
    dues = [case.params["due_id"] for case in cases if case.act == GIFT]
    if dues:
        GiftDue.objects.filter(pk__in=dues, coupon=None, refused=before).update(refused=now)
    for case in cases:
        if case.act == GRANT:
            held = GrantResult.objects.filter(grant=case.params["grant_id"], row=case.params["row_id"])
            held.filter(refused=before).update(refused=now)
