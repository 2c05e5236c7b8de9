"""In which phase is an activity? Derived from decision, clock and counters."""

from datetime import datetime
from typing import Any

from campaigns.lifecycle import Phase, phase_of


def phase_of_activity(activity: Any, *, sold_out: bool, at: datetime) -> Phase | None:
    """Return the phase of a claim campaign, a code pool and their like; None before the first approval."""
    revision = activity.current_revision
    if revision is None:
        return None
    return phase_of(
        state=activity.state,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        warm_up_at=None,
        sold_out=sold_out,
        at=at,
    )
