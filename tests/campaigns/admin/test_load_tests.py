import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from campaigns.models import LoadTest
from tests.factories.campaigns import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-06")]

ADD = reverse("admin:campaigns_loadtest_add")
SENT = {"tested_at_0": "2026-11-01", "tested_at_1": "10:00:00", "skus_per_minute": "30000", "notes": "See the wiki."}


@pytest.fixture
def recorded(client, approver):
    client.force_login(approver)
    assert client.post(ADD, SENT | {"requests_per_second": "800"}).status_code == 302
    return LoadTest.objects.get()


def test_approver_records_a_load_test_and_nobody_changes_it(client, approver, recorded):
    assert (recorded.skus_per_minute, recorded.requests_per_second, recorded.by) == (30_000, 800, approver)
    page = reverse("admin:campaigns_loadtest_change", args=[recorded.pk])
    assert client.post(page, SENT | {"skus_per_minute": "1"}).status_code == 403
    for change in (lambda: LoadTest.objects.update(skus_per_minute=1), recorded.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert LoadTest.objects.get().skus_per_minute == 30_000


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"skus_per_minute": "0"}, "__all__"),
        ({"skus_per_minute": "-1"}, "skus_per_minute"),
        ({"tested_at_0": "2999-01-01"}, "tested_at"),
        ({"notes": ""}, "notes"),
    ],
)
def test_a_test_without_load_or_that_is_still_to_come_is_refused(client, approver, wrong, field):
    client.force_login(approver)
    answer = client.post(ADD, SENT | wrong)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not LoadTest.objects.exists()


@pytest.mark.parametrize("role", ["operator", "finance"])
def test_who_sets_campaigns_up_does_not_record_the_proof(client, role):
    client.force_login(make_user(groups=[role]))
    assert client.post(ADD, SENT).status_code == 403
    assert not LoadTest.objects.exists()
