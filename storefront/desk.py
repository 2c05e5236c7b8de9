"""What service agents find on their desk: refunds that wait for a decision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.desk import Line, Section
from pricing.wording import money_text
from storefront.lifecycle import RefundState
from storefront.models import Refund

SHOWN = 6


def refunds_to_decide(user: Any, at: datetime) -> Section | None:
    """Refunds that wait, the oldest first. Two queries."""
    if not user.has_perm("storefront.approve_refund"):
        return None
    waiting = Refund.objects.filter(state=RefundState.REQUESTED).select_related("order").order_by("requested_at", "pk")
    more = reverse("admin:storefront_refund_changelist")
    empty = gettext_lazy("No refund waits.")
    return Section(_("Refunds to decide"), list(_lines(waiting[:SHOWN])), waiting.count(), empty, more, tone="first")


def _lines(refunds: Iterable[Refund]) -> Iterable[Line]:
    for refund in refunds:
        page = reverse("admin:storefront_refund_change", args=[refund.pk])
        yield Line(str(refund.order), page, f"{money_text(refund.amount_cents)} · {refund.reason}", refund.requested_at)
