"""The stages of a campaign as people think of them: tabs above the list, and the filter behind them."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign

_S = CampaignState
STAGES = {
    "draft": _("Drafts"),
    "review": _("In review"),
    "scheduled": _("Scheduled"),
    "running": _("Running"),
    "paused": _("Paused"),
    "ended": _("Ended"),
}


def in_stage(stage: str, *, at: datetime) -> Q:
    """Return what selects the campaigns of one stage; a change in review is in review and running."""
    over = Q(current_revision__ends_at__lte=at)
    return {
        "draft": Q(state__in=[_S.DRAFT, _S.REJECTED]),
        "review": Q(has_review=True),
        "scheduled": Q(state=_S.APPROVED, current_revision__starts_at__gt=at),
        "running": Q(state=_S.APPROVED, current_revision__starts_at__lte=at) & ~over,
        "paused": Q(state=_S.PAUSED) & ~over,
        "ended": Q(state=_S.STOPPED) | (Q(state__in=[_S.APPROVED, _S.PAUSED]) & over),
    }[stage]


def stage_tabs(campaigns: QuerySet[Campaign], chosen: str, *, at: datetime) -> list[dict[str, Any]]:
    """Return the tabs with their counts and the filter that each sets; the first one shows everything."""
    tabs = [{"label": _("All"), "chosen": {}, "count": campaigns.count(), "active": chosen not in STAGES}]
    for stage, label in STAGES.items():
        count = campaigns.filter(in_stage(stage, at=at)).count()
        tabs.append({"label": label, "chosen": {"stage": stage}, "count": count, "active": stage == chosen})
    return tabs


class StageFilter(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STAGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> QuerySet[Campaign]:
        if self.value() not in STAGES:
            return queryset
        return queryset.filter(in_stage(self.value(), at=timezone.now()))
