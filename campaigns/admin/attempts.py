"""What a page refuses by itself, before any command is asked, stands in the audit trail as well."""

from django.http import HttpRequest
from django.utils import timezone

from campaigns.admin.acts import Standing
from campaigns.commands.auditing import note_attempt
from pricing.engine.errors import Refusal


def noted(request: HttpRequest, standing: Standing, act: str, msgid: str, reason: str = "") -> Refusal:
    """Return the refusal of what somebody has sent, written down; who only looked has attempted nothing."""
    why = Refusal(msgid)
    if request.method == "POST":
        note_attempt(standing.subject, act=act, why=why, by=request.user, at=timezone.now(), reason=reason)
    return why
