"""Live figures: what runs now with its discount and margin, and one campaign SKU by SKU, a click from the stop."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.commands.alarms import alarm_text
from campaigns.models import Alarm, Campaign, CampaignBudget
from campaigns.selectors.results import results_of, running_totals, total_of
from pricing.wording import money_text, plain_percent, say

SHOWN_SKUS = 500
SHOWN_ALARMS = 20


def running(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """Everything that runs, worst margin first."""
    _check(request)
    now = timezone.now()
    rows = [
        {"revision": revision, "total": _texts(total), "is_loss": _is_loss(total), "budget": _budget(budget, revision)}
        for revision, total, budget in running_totals(at=now)
    ]
    context = {**frame, "title": _("Running now"), "rows": rows, "as_of": now, "alarms": _alarms()}
    return render(request, "campaigns/admin/running.html", context)


def results(request: HttpRequest, frame: dict[str, Any], pk: int) -> HttpResponse:
    """One campaign SKU by SKU, with its alarms."""
    _check(request)
    campaign = get_object_or_404(Campaign.objects.select_related("current_revision"), pk=pk)
    sold = results_of(campaign)
    total = total_of(row.result for row in sold)
    revision = campaign.current_revision
    context = {
        **frame,
        "title": _("Figures: %(campaign)s") % {"campaign": campaign},
        "campaign": campaign,
        "rows": [_row(row) for row in sold[:SHOWN_SKUS]],
        "more": max(0, len(sold) - SHOWN_SKUS),
        "total": _texts(total),
        "budget": _budget(CampaignBudget.objects.filter(pk=pk).first(), revision) if revision else "",
        "as_of": timezone.now(),
        "alarms": _alarms(campaign=campaign),
        "may_act": request.user.has_perm("campaigns.pause_campaign") and campaign.state in ("approved", "paused"),
    }
    return render(request, "campaigns/admin/results.html", context)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("campaigns.view_campaign"):
        raise PermissionDenied


def _row(sold: Any) -> dict[str, Any]:
    return {
        "sku": sold.sku,
        "is_out": sold.is_out,
        "figures": _texts(sold.result),
        "lowest": f"{plain_percent(sold.result.lowest_bp)} %",
        "is_loss": _is_loss(sold.result),
    }


def _is_loss(figures: Any) -> bool:
    return bool(figures.loss_cents) or (figures.margin_cents or 0) < 0


def _texts(figures: Any) -> dict[str, str]:
    """Return the figures as people read them; a dash where a cost is not known."""
    names = ("list_cents", "discount_cents", "net_cents", "cost_cents", "margin_cents", "loss_cents")
    found = {name.removesuffix("_cents"): _money(getattr(figures, name)) for name in names}
    return {"units": str(figures.units), **found}


def _money(cents: int | None) -> str:
    if cents is None:
        return "–"
    return f"−{money_text(-cents)}" if cents < 0 else money_text(cents)


def _budget(budget: CampaignBudget | None, revision: Any) -> str:
    if budget is None or not revision.budget_cents:
        return ""
    share = plain_percent(budget.used_cents * 100 // revision.budget_cents * 100)
    spent = {"used": money_text(budget.used_cents), "total": money_text(revision.budget_cents), "share": share}
    return _("%(used)s of %(total)s (%(share)s %%)") % spent


def _alarms(**which: Any) -> list[tuple[Alarm, str]]:
    found = Alarm.objects.filter(**which).select_related("campaign__current_revision", "sku")
    return [(alarm, say(alarm_text(alarm, {"thing": str(alarm.campaign)}))) for alarm in found[:SHOWN_ALARMS]]
