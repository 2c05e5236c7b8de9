"""What a campaign says of its message on start, and what became of it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignRevision, ReachChannel, ReachOutcome
from campaigns.selectors.reach import channels_of, reach_figures


def reach_texts(revision: CampaignRevision) -> Iterable[tuple[str, str]]:
    """Yield, labelled, where the message goes and what it says."""
    channels = channels_of(revision)
    named = ", ".join(str(ReachChannel(channel).label) for channel in channels)
    yield _("Message on start"), named or _("none")
    if channels:
        texts = "\n".join(filter(None, [revision.reach_text, revision.reach_text_zh]))
        yield _("Text of the message"), texts


def reach_shown(campaign: Campaign) -> dict[str, Any]:
    """Return how many customers were told, and how many were not and why: one row for each channel. Two queries."""
    figures = reach_figures([campaign.pk]).get(campaign.pk, {})
    rows = []
    for channel in ReachChannel:
        counts = [
            (outcome.label, figures[channel, outcome]) for outcome in ReachOutcome if (channel, outcome) in figures
        ]
        if counts:
            rows.append((channel.label, counts))
    return {"reach": rows, "wave": getattr(campaign, "wave", None)}
