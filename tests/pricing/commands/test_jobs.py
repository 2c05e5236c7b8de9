import time
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from pricing import jobs, tasks
from pricing.commands.jobs import JobRefused, ask_again, ask_for, give_way, repeat_job, stop_job, take_up, tell_progress
from pricing.engine.errors import Refusal
from pricing.jobs import GiveWay, JobKind, Outcome, Stopped
from pricing.models import Job
from promo_site.celery import app
from tests.factories import NOON
from tests.support.crowd import all_at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def work(monkeypatch):
    """A kind of job called "sums"; the test says what it does."""

    def is_done_by(function):
        monkeypatch.setitem(jobs.KINDS, "sums", JobKind("sums", "Sums", function, None))

    is_done_by(lambda running: Outcome())
    return is_done_by


def _ask(**wanted):
    return ask_for("sums", **{"params": {"numbers": [1, 2, 3]}, "by": None, "at": NOON, **wanted})


@pytest.mark.django_db
def test_a_job_is_done_with_its_result_and_its_progress_counted(work):
    def add(running):
        for place, _ in enumerate(running.params["numbers"], start=1):
            running.progress(place, of=3)
        return Outcome(result={"sum": sum(running.params["numbers"])}, output="sum\n6\n")

    work(add)
    job = _ask()
    tasks.work_off_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == ("done", 3, 3, 100)
    assert (job.result, job.output, job.attempt) == ({"sum": 6}, "sum\n6\n", 1)
    assert job.finished_at is not None


@pytest.mark.django_db
def test_what_is_asked_for_twice_about_one_thing_is_one_job_until_it_is_over(work):
    first = _ask(subject="sku:7")
    assert _ask(subject="sku:7") == first
    assert _ask(subject="sku:8") != first
    tasks.work_off_jobs()
    assert _ask(subject="sku:7") != first


@pytest.mark.django_db
def test_a_refusal_ends_a_job_in_words_and_a_bug_ends_it_in_the_log(work, caplog):
    def refuse(running):
        raise Refusal("Line %(line)s has no price.", line=4)

    work(refuse)
    refused = _ask()
    tasks.work_off_jobs()
    refused.refresh_from_db()
    assert (refused.state, refused.problem, refused.figures) == ("failed", "Line %(line)s has no price.", {"line": 4})
    work(lambda running: 1 // 0)
    broken = _ask()
    tasks.work_off_jobs()
    broken.refresh_from_db()
    assert (broken.state, broken.problem) == ("failed", "Something went wrong inside. It has been logged.")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_a_waiting_job_is_stopped_at_once_and_a_running_one_at_its_next_step(work):
    waiting = _ask()
    stop_job(job_id=waiting.pk, at=NOON)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.finished_at) == ("stopped", NOON)

    def stopped_half_way(running):
        running.progress(1, of=2)
        stop_job(job_id=running.job.pk, at=NOON)
        running.progress(2, of=2)
        raise AssertionError("it went on")

    work(stopped_half_way)
    running = _ask()
    tasks.work_off_jobs()
    running.refresh_from_db()
    assert (running.state, running.done) == ("stopped", 1)
    with pytest.raises(JobRefused):
        stop_job(job_id=running.pk, at=NOON)


def _stop_and_leave(job):
    stop_job(job_id=job.pk, at=NOON)
    connection.close()


def _wait_until_somebody_waits():
    deadline = time.monotonic() + 120
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_gives_way_while_it_is_stopped_is_stopped(work):
    _ask()
    job = take_up(at=NOON)
    stopping = Thread(target=_stop_and_leave, args=[job])
    with transaction.atomic():
        give_way(job, mark={"line": 1}, at=NOON)
        stopping.start()
        _wait_until_somebody_waits()
    stopping.join(120)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == ("stopped", NOON)


@pytest.mark.django_db
def test_a_job_whose_worker_is_silent_is_taken_up_again_and_the_first_worker_changes_nothing_more(work):
    _ask()
    first = take_up(at=NOON)
    assert take_up(at=NOON + MINUTE) is None
    second = take_up(at=NOON + 2 * MINUTE)
    assert (second.pk, second.attempt) == (first.pk, 2)
    with pytest.raises(Stopped):
        tell_progress(first, 1, of=2)
    tell_progress(second, 1, of=2)


@pytest.mark.django_db
def test_a_job_that_kills_three_workers_is_given_up(work):
    job = _ask()
    for attempt in range(3):
        assert take_up(at=NOON + attempt * 2 * MINUTE).attempt == attempt + 1
    assert take_up(at=NOON + 6 * MINUTE) is None
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "Its worker ended %(attempts)s times without an answer.")


@pytest.mark.django_db
def test_a_job_is_asked_for_again_with_the_same_parameters(work):
    job = _ask(subject="sku:7")
    with pytest.raises(JobRefused):
        repeat_job(job_id=job.pk, by=None, at=NOON)
    tasks.work_off_jobs()
    again = repeat_job(job_id=job.pk, by=None, at=NOON)
    assert (again.pk != job.pk, again.params, again.subject) == (True, job.params, "sku:7")


def _ask_again():
    return ask_again("sums", params={}, by=None, at=NOON, subject="sku:7")


@pytest.mark.django_db
def test_a_job_asked_for_again_after_it_began_runs_once_more_and_no_oftener(work):
    runs = []

    def changed_behind_it(running):
        runs.append(running.mark)
        if len(runs) == 2:
            raise GiveWay({"line": 3})
        if len(runs) in (1, 3):
            _ask_again(), _ask_again()
        if len(runs) == 1:
            raise Refusal("It was paused.")  # and has been resumed since
        return Outcome()

    work(changed_behind_it)
    _ask_again(), _ask_again()
    tasks.work_off_jobs()
    assert runs == [{}, {}, {"line": 3}, {}]
    assert list(Job.objects.values_list("state", "again", "attempt")) == [("done", False, 4)]


@pytest.mark.django_db
def test_of_a_stop_and_a_further_request_the_last_word_counts(work):
    def stopped(running):
        if running.job.attempt == 1:
            stop_job(job_id=running.job.pk, at=NOON)
            _ask_again()
        elif running.job.attempt == 2:
            _ask_again()
            stop_job(job_id=running.job.pk, at=NOON)
        running.progress(1, of=1)

    work(stopped)
    _ask_again()
    tasks.work_off_jobs()
    assert list(Job.objects.values_list("state", "attempt")) == [("stopped", 2)]


def _asked_at_the_end(work, ask):
    """Ask while a job that has looked at everything ends, and commit once it waits; return how often it ran."""
    runs = []

    def asked_meanwhile(running):
        runs.append(1)
        if len(runs) == 1:
            asking.start()
            asked.wait(30)
        return Outcome()

    def ask_and_wait():
        with transaction.atomic():
            ask()
            asked.set()
            if ask is _ask_again:
                _wait_until_somebody_waits()
        connection.close()

    work(asked_meanwhile)
    _ask(subject="sku:7")
    asked, asking = Event(), Thread(target=ask_and_wait)
    tasks.work_off_jobs()
    asking.join(30)
    return len(runs)


@pytest.mark.django_db(transaction=True)
def test_what_commits_between_the_last_look_of_a_job_and_its_end_is_seen_by_one_more_run(work):
    assert _asked_at_the_end(work, _ask_again) == 2


@pytest.mark.django_db(transaction=True)
def test_it_would_not_be_seen_if_one_only_asked_for_the_job(work):
    assert _asked_at_the_end(work, partial(_ask, subject="sku:7")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_waits_does_not_begin_before_what_it_is_to_see_has_committed(work):
    job = _ask(subject="sku:7")
    taking = Thread(target=lambda: (take_up(at=NOON), connection.close()))
    with transaction.atomic():
        _ask_again()
        taking.start()
        _wait_until_somebody_waits()
        assert Job.objects.get(pk=job.pk).state == "waiting"
    taking.join(30)
    job.refresh_from_db()
    assert (job.state, job.again) == ("running", False)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_stopped_while_a_worker_takes_it_up_stays_stopped(work):
    job, taken = _ask(), []
    taking = Thread(target=lambda: (taken.append(take_up(at=NOON)), connection.close()))
    with transaction.atomic():
        stop_job(job_id=job.pk, at=NOON)
        taking.start()
        _wait_until_somebody_waits()
    taking.join(30)
    job.refresh_from_db()
    assert (taken, job.state, job.finished_at) == ([None], "stopped", NOON)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_takes_a_job_up(work):
    _ask()
    taken = all_at_once([lambda: take_up(at=NOON) is not None] * 16)
    assert sorted(taken) == [False] * 15 + [True]


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_takes_up_a_job_and_says_so_when_it_does_not_know_its_kind(celery_worker):
    job = Job.objects.create(kind="unknown", asked_at=NOON)
    app.send_task("pricing.tasks.work_off_jobs")
    deadline = time.monotonic() + 120
    while job.is_active and time.monotonic() < deadline:
        time.sleep(0.1)
        job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "Something went wrong inside. It has been logged.")
