"""What is looked at before the site starts: who carries letters, and a cap that lets some through."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from campaigns.senders import SENDERS


def check_reach(**_: Any) -> list[CheckMessage]:
    """REACH_SENDER names a sender, REACH_MOST_A_WEEK is at least one."""
    found: list[CheckMessage] = []
    if settings.REACH_SENDER not in SENDERS:
        known = ", ".join(sorted(SENDERS))
        problem = f"REACH_SENDER={settings.REACH_SENDER} is no sender"
        found.append(Error(problem, hint=f"Choose one of: {known}.", id="campaigns.E010"))
    if settings.REACH_MOST_A_WEEK < 1:
        hint = "Nobody would ever be told anything. Give 1 or more; campaigns are told only where they say so."
        found.append(Error("REACH_MOST_A_WEEK is below 1", hint=hint, id="campaigns.E011"))
    return found
