from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pricing import jobs, tasks
from pricing.commands.jobs import ask_for
from pricing.jobs import JobKind, Outcome
from pricing.models import Job, JobState
from tests.factories import NOON
from tests.factories.campaigns import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(client, monkeypatch):
    """A job of the person who is signed in."""
    kind = JobKind("sums", "Sums", lambda running: Outcome(output="=1+1\n"), lambda job: f"/admin/?sum={job.pk}")
    monkeypatch.setitem(jobs.KINDS, "sums", kind)
    user = make_user(groups=["operator"])
    client.force_login(user)
    return ask_for("sums", params={}, by=user, at=NOON)


def _page(client, job, name="change"):
    return client.get(reverse(f"admin:pricing_job_{name}", args=[job.pk]))


def test_page_asks_for_itself_until_the_job_is_over_and_then_leads_to_the_result(client, job):
    how_far = reverse("admin:pricing_job_how_far", args=[job.pk])
    assert f'hx-get="{how_far}"' in _page(client, job).content.decode()
    tasks.work_off_jobs()
    text = _page(client, job, "how_far").content.decode()
    assert "hx-get" not in text
    assert f'href="/admin/?sum={job.pk}"' in text
    assert _page(client, job, "output").content.decode() == "\ufeff=1+1\n"


def test_the_page_says_when_nothing_is_heard_of_a_running_job(client, job):
    job.state, job.beat_at = JobState.RUNNING, timezone.now() - timedelta(seconds=5)
    job.save()
    assert "Nothing was heard of it" not in _page(client, job, "how_far").text
    Job.objects.update(beat_at=timezone.now() - timedelta(seconds=40))
    text = _page(client, job, "how_far").text
    assert "Nothing was heard of it for 4" in text
    assert "seconds: if its worker has died, another goes on after 120." in text
    Job.objects.update(state=JobState.DONE, done=1_000, total=1_525, finished_at=timezone.now())
    assert "1,525 of 1,525 steps" in _page(client, job, "how_far").text


def test_whoever_asked_for_it_stops_it_and_asks_again_and_nobody_else(client, job):
    stop, repeat = (reverse(f"admin:pricing_job_{act}", args=[job.pk]) for act in ("stop", "repeat"))
    assert client.get(stop).status_code == 405
    client.post(stop)
    job.refresh_from_db()
    assert job.state == "stopped"
    client.post(repeat)
    assert list(Job.objects.values_list("state", flat=True)) == ["waiting", "stopped"]
    client.force_login(make_user(groups=["operator"]))
    assert client.post(repeat).status_code == 404
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("permission", "status"), [("campaigns.approve_campaign", 200), ("campaigns.change_campaign", 404), ("", 404)]
)
def test_what_a_job_has_left_is_read_by_who_may_do_what_it_did(client, job, monkeypatch, permission, status):
    tasks.work_off_jobs()
    monkeypatch.setitem(jobs.KINDS, "sums", replace(jobs.KINDS["sums"], permission=permission))
    client.force_login(make_user(groups=["approver"]))
    assert _page(client, job, "output").status_code == status
    link = reverse("admin:pricing_job_output", args=[job.pk])
    assert (link in _page(client, job).content.decode()) == (status == 200)


def test_the_list_shows_every_job_with_its_title(client, job):
    text = client.get(reverse("admin:pricing_job_changelist")).content.decode()
    assert "Sums" in text


def test_the_list_reads_none_of_the_texts_which_may_be_long(client, job):
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("admin:pricing_job_changelist"))
    asked = [query["sql"] for query in captured if 'FROM "pricing_job"' in query["sql"]]
    assert asked
    assert not any('"params"' in sql or '"output"' in sql for sql in asked)


def test_a_job_that_is_not_there_or_left_nothing_is_not_found(client, job):
    assert _page(client, job, "output").status_code == 404
    assert client.get(reverse("admin:pricing_job_how_far", args=[job.pk + 1])).status_code == 404
