"""In which phase is a code pool? Derived from decision and clock."""

from datetime import datetime

from campaigns.lifecycle import Phase, phase_of
from coupons.models import CodePool


def phase_of_pool(pool: CodePool, *, at: datetime) -> Phase | None:
    """Phase of a pool; None before its first approval."""
    revision = pool.current_revision
    if revision is None:
        return None
    return phase_of(
        state=pool.state,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        warm_up_at=None,
        sold_out=False,
        at=at,
    )
