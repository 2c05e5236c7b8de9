"""A job is asked for again while it runs, and its worker dies: what was asked for is done all the same."""

from datetime import timedelta

import pytest

from pricing import jobs
from pricing.commands.jobs import ask_again, stop_job, take_up
from pricing.jobs import JobKind, Outcome
from pricing.models import Job
from tests.factories import NOON

pytestmark = pytest.mark.django_db
SILENCE = timedelta(minutes=2)


@pytest.fixture
def ask(monkeypatch):
    monkeypatch.setitem(jobs.KINDS, "sums", JobKind("sums", "Sums", lambda running: Outcome(), None))
    return lambda: ask_again("sums", params={}, by=None, at=NOON, subject="sku:7")


def test_a_stopped_job_that_was_asked_for_again_is_done_anew_when_its_worker_has_died(ask):
    ask()
    first = take_up(at=NOON)
    stop_job(job_id=first.pk, at=NOON)
    ask()
    second = take_up(at=NOON + SILENCE)
    assert (second.pk, second.attempt, second.stop_wanted, second.again) == (first.pk, 2, False, False)


def test_a_job_that_killed_three_workers_begins_anew_with_three_more_when_it_was_asked_for_again(ask):
    ask()
    for attempt in range(3):
        take_up(at=NOON + attempt * SILENCE)
    Job.objects.update(mark={"line": 5})
    ask()
    anew = [take_up(at=NOON + attempt * SILENCE) for attempt in (3, 4, 5, 6)]
    assert [job and (job.attempt, job.mark) for job in anew] == [(4, {}), (5, {}), (6, {}), None]
    assert Job.objects.get().state == "failed"
