"""Ask for a job, stop it, ask again; and the worker's side: take one up, tell how far it is, end it.

Everything a worker writes names its attempt, so one that was given up changes nothing any more.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import KINDS, Stopped
from pricing.models import Job
from pricing.models.job import ACTIVE, JobState
from pricing.transactions import command

# A worker that has not been heard of for so long is taken for dead. Longer than any step of a job.
SILENCE = timedelta(seconds=120)
MOST_ATTEMPTS = 3
AT_ONCE = 1  # so that a worker always has a hand free for the timers
# One that was asked for again while it ran is done from its beginning, whatever was said of it before.
ANEW = {"state": JobState.WAITING, "again": False, "stop_wanted": False, "mark": {}}
CLAIMING = 7_263_001  # an advisory lock: only one worker at a time looks for work


class JobRefused(Refusal):
    """This cannot be done with the job as it is."""


@command
def ask_for(
    kind: str, *, params: Mapping[str, Any], by: AbstractBaseUser | None, at: datetime, subject: str = ""
) -> Job:
    """Return the job of this kind for `subject` that is waiting or running, or a new one. Workers are woken."""
    if kind not in KINDS:
        raise ValueError(f"no kind of job is called {kind}")
    wanted = {"params": dict(params), "by": by, "asked_at": at}
    if subject:
        found, _ = Job.objects.filter(state__in=ACTIVE).get_or_create(kind=kind, subject=subject, defaults=wanted)
    else:
        found = Job.objects.create(kind=kind, **wanted)
    transaction.on_commit(_wake_a_worker, robust=True)
    return found


@command
def ask_again(kind: str, *, params: Mapping[str, Any], by: AbstractBaseUser | None, at: datetime, subject: str) -> Job:
    """Ask for a job that is to see what this transaction has written: one that has begun runs once more when it ends.

    Its row is held until the commit, so that it neither begins nor ends in between.
    """
    while True:
        found = ask_for(kind, params=params, by=by, at=at, subject=subject)
        if Job.objects.filter(pk=found.pk, state__in=ACTIVE).update(again=True):
            return found


@command
def stop_job(*, job_id: int, at: datetime) -> None:
    """End a job that waits; ask one that runs to end at its next step. Raises JobRefused for one that is over."""
    waits = Q(state=JobState.WAITING)
    # One statement for both: a job that gives way, or is taken up, at this moment is still found in either state.
    stopped = Job.objects.filter(pk=job_id, state__in=ACTIVE).update(
        state=Case(When(waits, then=Value(JobState.STOPPED)), default=F("state")),
        finished_at=Case(When(waits, then=Value(at))),
        stop_wanted=Case(When(waits, then=F("stop_wanted")), default=Value(True)),
        again=False,
    )
    if not stopped:
        raise JobRefused(N_("This job is over already."))


@command
def repeat_job(*, job_id: int, by: AbstractBaseUser, at: datetime) -> Job:
    """Return a new job that asks for the same once more. Raises JobRefused while the old one is active."""
    old = Job.objects.get(pk=job_id)
    if old.is_active:
        raise JobRefused(N_("This job is not over yet."))
    return ask_for(old.kind, params=old.params, by=by, at=at, subject=old.subject)


@command
def take_up(*, at: datetime) -> Job | None:
    """Return the job whose turn it is, now running: the oldest that waits or was given up, those that gave way last.

    None if there is none, or enough are running.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
    _give_up_the_hopeless(at)
    running = Job.objects.filter(state=JobState.RUNNING)
    if running.filter(beat_at__gt=at - SILENCE).count() >= AT_ONCE:
        return None
    ready = Q(state=JobState.WAITING, not_before=None) | Q(state=JobState.WAITING, not_before__lte=at)
    turns = Job.objects.filter(ready | Q(state=JobState.RUNNING)).order_by(Coalesce("not_before", "asked_at"), "pk")
    job = turns.first()
    if job is None:
        return None
    # What has been asked again before the first step is seen by this run; one that goes on half-way may be past it.
    again = Case(When(mark={}, then=Value(False)), default=F("again"))
    # Named with its state, too: somebody may stop it at this moment.
    taken = Job.objects.filter(pk=job.pk, state__in=ACTIVE).update(
        state=JobState.RUNNING, attempt=F("attempt") + 1, started_at=at, beat_at=at, done=0, again=again
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def tell_progress(job: Job, done: int, *, of: int | None = None) -> None:
    """Write how far this run is. Raises Stopped if somebody wants it to end, or it is somebody else's by now."""
    mine = _mine(job).filter(stop_wanted=False)
    if not mine.update(done=done if of is None else min(done, of), total=of, beat_at=_clock()):
        raise Stopped


def finish(job: Job, **columns: Any) -> None:
    """Write the end of this run; nothing, if it is somebody else's by now. One asked for again waits anew instead."""
    for _ in range(2):  # it may be asked for again between the two statements, but only once
        if _mine(job).filter(again=False).update(finished_at=_clock(), **columns):
            return
        if _mine(job).filter(again=True).update(turns=F("turns") + 1, not_before=_clock(), **ANEW):
            return


def give_way(job: Job, *, mark: Mapping[str, Any], at: datetime) -> None:
    """End this turn of a job: it waits again, behind all that wait now and not before `at`."""
    mine = _mine(job).filter(stop_wanted=False)
    if not mine.update(state=JobState.WAITING, not_before=at, mark=dict(mark), turns=F("turns") + 1):
        finish(job, state=JobState.STOPPED)


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempt=job.attempt)


def _give_up_the_hopeless(at: datetime) -> None:
    silent = Job.objects.filter(state=JobState.RUNNING, beat_at__lte=at - SILENCE)
    # Held first, so that none is asked for again between the statements.
    list(silent.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    silent.filter(again=True).update(**ANEW, not_before=at, turns=F("attempt"))
    silent.filter(stop_wanted=True).update(state=JobState.STOPPED, finished_at=at)
    problem = N_("Its worker ended %(attempts)s times without an answer.")
    silent.filter(attempt__gte=F("turns") + MOST_ATTEMPTS).update(
        state=JobState.FAILED, finished_at=at, problem=problem, figures={"attempts": MOST_ATTEMPTS}
    )


def _clock() -> Func:
    return Func(function="clock_timestamp", output_field=DateTimeField())


def _wake_a_worker() -> None:
    """The sweep would find it anyway, a few seconds later."""
    from celery import current_app

    current_app.send_task("pricing.tasks.work_off_jobs", retry=False, expires=30)
