"""The stages of a coupon template as tabs above the list, and the filter behind them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate

_S = ReviewedState
STAGES = {
    "draft": (_("Drafts"), Q(state__in=[_S.DRAFT, _S.REJECTED])),
    "review": (_("In review"), Q(has_review=True)),
    "issuing": (_("In force"), Q(state=_S.APPROVED)),
    "paused": (_("Paused"), Q(state=_S.PAUSED)),
    "stopped": (_("Stopped"), Q(state=_S.STOPPED)),
}


def template_tabs(templates: QuerySet[CouponTemplate], chosen: str) -> list[dict[str, Any]]:
    """Return the tabs with their counts; the first one shows everything."""
    tabs = [{"label": _("All"), "query": "?", "count": templates.count(), "active": chosen not in STAGES}]
    for stage, (label, meant) in STAGES.items():
        query = f"?{urlencode({'stage': stage})}"
        tabs.append(
            {"label": label, "query": query, "count": templates.filter(meant).count(), "active": stage == chosen}
        )
    return tabs


class TemplateStageFilter(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage, label) for stage, (label, _meant) in STAGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CouponTemplate]) -> QuerySet[CouponTemplate]:
        return queryset.filter(STAGES[self.value()][1]) if self.value() in STAGES else queryset
