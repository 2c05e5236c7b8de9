"""The worker's side of background jobs."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from pricing.clock import database_now
from pricing.commands.jobs import finish, give_way, take_up, tell_progress
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import KINDS, GiveWay, Running, Stopped
from pricing.models import Job
from pricing.models.job import JobState

logger = logging.getLogger(__name__)

LONGEST = timedelta(hours=1)
SHIFT_SECONDS = 600
SECONDS_BETWEEN_WORDS = 0.3  # progress is written that often at most


@shared_task(
    name="pricing.tasks.work_off_jobs",
    soft_time_limit=LONGEST.total_seconds(),
    time_limit=LONGEST.total_seconds() + 30,
)
def work_off_jobs() -> None:
    """Do what waits, the oldest first, until nothing waits. May run in any number of workers.

    After some time it ends between two jobs, and the next beat goes on: the time limit is meant for one job alone.
    """
    begun = monotonic()
    while monotonic() - begun < SHIFT_SECONDS and (job := take_up(at=database_now())):
        run(job)


def run(job: Job) -> None:
    """Do one job that was taken up. However it goes, the row says so."""
    try:
        outcome = KINDS[job.kind].work(Running(job, _speaker(job)))
    except Stopped:
        finish(job, state=JobState.STOPPED)
    except GiveWay as later:
        give_way(job, mark=later.mark, at=database_now() + timedelta(seconds=later.seconds))
    except Refusal as refusal:
        finish(job, state=JobState.FAILED, problem=refusal.msgid, figures=_plain(refusal.figures))
    except SoftTimeLimitExceeded:
        finish(job, state=JobState.FAILED, problem=N_("It took longer than an hour and was ended."))
    except Exception:
        logger.exception("job %s failed", job)
        finish(job, state=JobState.FAILED, problem=N_("Something went wrong inside. It has been logged."))
    else:
        finish(job, state=JobState.DONE, result=dict(outcome.result), output=outcome.output)


def _speaker(job: Job) -> Any:
    """Return what tells the progress: to the database now and then, and always the last step."""
    spoken_at = 0.0

    def progress(done: int, *, of: int | None = None) -> None:
        nonlocal spoken_at
        if done == of or monotonic() - spoken_at >= SECONDS_BETWEEN_WORDS:
            tell_progress(job, done, of=of)
            spoken_at = monotonic()

    return progress


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in figures.items()}
