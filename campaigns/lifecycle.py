"""What people decide about a campaign (state) and what follows from it and the clock (phase)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    REJECTED = "rejected", _("rejected")
    APPROVED = "approved", _("approved")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")


class Phase(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    WARM_UP = "warm_up", _("announced")
    RUNNING = "running", _("running")
    SOLD_OUT = "sold_out", _("sold out")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


_S = CampaignState

# move: (states it starts from, state it leads to); nothing else assigns a state.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "submit": (frozenset({_S.DRAFT}), _S.IN_REVIEW),
    "approve": (frozenset({_S.IN_REVIEW}), _S.APPROVED),
    "reject": (frozenset({_S.IN_REVIEW}), _S.REJECTED),
    "revise": (frozenset({_S.REJECTED}), _S.DRAFT),
    "pause": (frozenset({_S.APPROVED}), _S.PAUSED),
    "resume": (frozenset({_S.PAUSED}), _S.APPROVED),
    "stop": (frozenset({_S.APPROVED, _S.PAUSED}), _S.STOPPED),
    # Only the review of an emergency stop can take it back: to where the stop came from.
    "reinstate": (frozenset({_S.STOPPED}), _S.APPROVED),
    "reinstate_paused": (frozenset({_S.STOPPED}), _S.PAUSED),
}
# Moves that leave the state as it is: where they start from.
STAYING_MOVES: dict[str, frozenset[str]] = {
    "withdraw": frozenset({_S.APPROVED, _S.PAUSED}),
    "take_back": frozenset({_S.APPROVED, _S.PAUSED}),
}

# Where it may stay: nothing has to lead on from here.
FINAL = frozenset({_S.STOPPED})


def can_move(state: str, move: str) -> bool:
    """Whether a move starts from this state."""
    return state in (MOVES[move][0] if move in MOVES else STAYING_MOVES[move])


def phase_of(
    *, state: str, starts_at: datetime, ends_at: datetime, warm_up_at: datetime | None, sold_out: bool, at: datetime
) -> Phase | None:
    """Return what follows from decision, clock and stock; None before approval. Start inclusive, end exclusive."""
    if state not in (_S.APPROVED, _S.PAUSED, _S.STOPPED):
        return None
    if state == _S.STOPPED or at >= ends_at:
        return Phase.ENDED
    if state == _S.PAUSED:
        return Phase.PAUSED
    if at >= starts_at:
        return Phase.SOLD_OUT if sold_out else Phase.RUNNING
    return Phase.WARM_UP if warm_up_at and at >= warm_up_at else Phase.SCHEDULED
