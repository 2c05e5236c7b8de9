"""How late are start and end noted when many campaigns have them at one second? With a real worker and beat."""

import time
from datetime import datetime, timedelta

from campaigns.models import PhaseChange
from pricing.clock import database_now
from tests.factories import FAR_AHEAD
from tests.factories.many_campaigns import make_many_campaigns

PATIENCE = timedelta(seconds=120)
RUNS_FOR = timedelta(seconds=6)
LOOKS_EVERY_SECONDS = 0.05


def seconds_late(*, campaigns: int, skus: int) -> dict[str, float]:
    """Let so many campaigns with so many SKUs each start and end together; beat is running already.

    Return for start and end how many seconds after it was due the rows of all campaigns could be read.
    """
    starts_at = database_now() + _time_to_write(campaigns, skus=skus)
    make_many_campaigns(campaigns, skus=skus, starts_at=starts_at, ends_at=starts_at + RUNS_FOR)
    assert database_now() < starts_at, "the campaigns took longer to write than their start was away"
    return {
        phase: _seconds_until_noted(phase, campaigns, due_at=due_at)
        for phase, due_at in (("running", starts_at), ("ended", starts_at + RUNS_FOR))
    }


def _time_to_write(campaigns: int, *, skus: int) -> timedelta:
    """Return in what time so many campaigns are surely written, after a tenth of them that start in a far year."""
    began = database_now()
    make_many_campaigns(campaigns // 10, skus=skus, starts_at=FAR_AHEAD, ends_at=FAR_AHEAD + RUNS_FOR)
    return 20 * (database_now() - began) + timedelta(seconds=3)


def _seconds_until_noted(phase: str, campaigns: int, *, due_at: datetime) -> float:
    noted = PhaseChange.objects.filter(phase=phase, due_at=due_at)
    while (now := database_now()) < due_at + PATIENCE:
        if noted.count() == campaigns:
            return (now - due_at).total_seconds()
        time.sleep(LOOKS_EVERY_SECONDS)
    raise AssertionError(f"{phase}: {noted.count()} of {campaigns} campaigns noted after {PATIENCE}")
