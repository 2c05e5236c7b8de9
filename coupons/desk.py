"""What of coupons waits for a second person, beside what is in review."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from campaigns.desk import Waiting
from coupons.models import CaseState, Compensation, CompensationState, RiskCase
from coupons.risk_wording import short_reasons
from pricing.wording import money_text

MOST_HELD = 50


def compensations_waiting(at: datetime) -> Iterable[Waiting]:
    """Yield every service coupon that is worth more than its agent gives alone. One query."""
    waiting = Compensation.objects.filter(state=CompensationState.WAITING)
    for row in waiting.select_related("customer", "template__current_revision", "by").order_by("at", "pk"):
        page = reverse("admin:coupons_compensation_change", args=[row.pk])
        yield Waiting(
            kind=Compensation._meta.verbose_name,
            title=f"{row}: {row.template}, {money_text(row.face_cents)}",
            page=page,
            decide_page=page,
            permission="coupons.approve_compensation",
            since=row.at,
            author=str(row.by),
            not_by=frozenset({row.by_id}),
            risks=(row.reason,),
        )


def held_attempts_waiting(at: datetime) -> Iterable[Waiting]:
    """Yield the oldest attempts that risk control has held; all of them are in a list of their own. One query."""
    waiting = RiskCase.objects.filter(state=CaseState.WAITING).select_related("attempt", "customer")
    for case in waiting.order_by("pk")[:MOST_HELD]:
        page = reverse("admin:coupons_riskcase_change", args=[case.pk])
        yield Waiting(
            kind=RiskCase._meta.verbose_name,
            title=str(case),
            page=page,
            decide_page=page,
            permission="coupons.decide_riskcase",
            since=case.opened_at,
            risks=(short_reasons(case.attempt.reasons),),
        )
