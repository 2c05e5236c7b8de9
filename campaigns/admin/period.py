"""What is on beside the period that somebody types: festivals, other campaigns, and who starts in the same second."""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.forms.inputs import moment
from campaigns.lifecycle import CampaignState
from campaigns.models import Festival
from campaigns.selectors.shown import shown_between

NAMED = 5
OVER = (CampaignState.STOPPED, CampaignState.REJECTED)


class PeriodForm(forms.Form):
    """The two ends as the campaign form sends them."""

    starts_at = moment(_("Starts at"))
    ends_at = moment(_("Ends at"))


def beside_period(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """Return the part of the page for what the form sends of its two ends; `without` leaves one campaign out."""
    if not request.user.has_perm("campaigns.view_campaign"):
        raise PermissionDenied
    form = PeriodForm(request.GET)
    ends = form.cleaned_data if form.is_valid() else {}
    if not ends or ends["ends_at"] <= ends["starts_at"]:
        return render(request, "campaigns/admin/period.html", {"is_typed": False})
    starts_at, ends_at = ends["starts_at"], ends["ends_at"]
    found = shown_between(starts_at, ends_at).exclude(campaign__state__in=OVER)
    without = request.GET.get("without", "")
    if without.isascii() and without.isdigit() and len(without) < 19:
        found = found.exclude(campaign=int(without))
    revisions = list(found)
    owners = Counter(_owner(revision) for revision in revisions)
    first, last = timezone.localtime(starts_at).date(), timezone.localtime(ends_at).date()
    context = {
        "is_typed": True,
        "first": first,
        "festivals": Festival.objects.filter(starts_on__lte=last, ends_on__gte=first),
        "count": len(revisions),
        "owners": owners.most_common(),
        "named": revisions[:NAMED],
        "together": sum(revision.starts_at == starts_at for revision in revisions),
    }
    return render(request, "campaigns/admin/period.html", context)


def _owner(revision: Any) -> str:
    shop = revision.campaign.shop
    return shop.local_name if shop else _("the platform")
