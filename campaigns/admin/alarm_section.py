"""The part of the desk that tells what running campaigns have exceeded in the last days."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.commands.alarms import alarm_text
from campaigns.desk import Line, Section
from campaigns.lifecycle import CampaignState
from campaigns.models import Alarm
from pricing.wording import say

SHOWN = 6
SHOWN_FOR = timedelta(days=3)


def recent_alarms(user: Any, at: datetime) -> Section | None:
    """Alarms of campaigns that are not over, newest first; None without any and for those who cannot interrupt them."""
    if not user.has_perm("campaigns.pause_campaign"):
        return None
    recent = Alarm.objects.filter(
        at__gt=at - SHOWN_FOR,
        campaign__state__in=[CampaignState.APPROVED, CampaignState.PAUSED],
        campaign__current_revision__ends_at__gt=at,
    ).select_related("campaign__current_revision", "sku")
    lines = [_line(alarm) for alarm in recent[:SHOWN]]
    if not lines:
        return None
    return Section(_("Alarms"), lines, recent.count(), "", reverse("admin:campaigns_campaign_running"))


def _line(alarm: Alarm) -> Line:
    page = reverse("admin:campaigns_campaign_results", args=[alarm.campaign_id])
    note = _("Interrupted at once.") if alarm.paused else ""
    return Line(say(alarm_text(alarm, {"thing": str(alarm.campaign)})), page, note, alarm.at, "bad")
