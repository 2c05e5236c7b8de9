"""What of coupons waits for a second person, beside what is in review."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from campaigns.desk import Waiting
from coupons.models import Compensation, CompensationState
from pricing.wording import money_text


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
