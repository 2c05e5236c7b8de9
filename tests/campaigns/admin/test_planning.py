from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Festival
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.planning import make_festival
from tests.factories.pricing import make_sku

pytestmark = pytest.mark.django_db

LOAD = reverse("admin:campaigns_campaign_load")
CALENDAR = reverse("admin:campaigns_festival_changelist")
USUAL = reverse("admin:campaigns_festival_usual")


@pytest.mark.req("PLT-06")
def test_page_warns_of_big_campaigns_that_start_in_the_same_second(client, operator, settings):
    settings.START_BIG_SKUS, settings.START_SKUS_PER_MINUTE = 1, 3
    tomorrow = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    skus = [make_sku(), make_sku()]
    for name in ("Tea", "Cups"):
        make_campaign("percent_off", name=name, sku=skus, starts_at=tomorrow, ends_at=tomorrow + timedelta(days=1))
    text = client.get(LOAD).content.decode()
    assert "2 big campaigns start in the same second." in text
    assert "4 SKUs start in this minute, above the limit of 3." in text


@pytest.mark.req("PLT-06")
def test_page_shows_the_peaks_that_the_calendar_expects(client, operator):
    today = timezone.localdate()
    make_festival("Tea days", first=today, peak_requests=1_234, peak_orders=56)
    make_festival("Quiet days", first=today)
    make_festival("Far away", first=today + timedelta(days=92), peak_orders=1)
    expected = client.get(LOAD).context["expected"]
    assert [(row.name, row.peak_requests, row.peak_orders) for row in expected] == [("Tea days", 1_234, 56)]


@pytest.mark.req("CAM-16")
def test_operator_fills_and_edits_the_calendar(client, operator):
    client.post(USUAL, {"year": "2027"})
    spring = Festival.objects.get(usual="spring/2027")
    sent = {"name": "Spring", "starts_on": "2027-02-04", "ends_on": "2027-02-14", "peak_requests": "900"}
    client.post(reverse("admin:campaigns_festival_change", args=[spring.pk]), sent)
    spring.refresh_from_db()
    assert (spring.name, str(spring.starts_on), spring.peak_requests, spring.peak_orders) == (
        "Spring", "2027-02-04", 900, None,
    )  # fmt: skip


@pytest.mark.req("CAM-16")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2027-02-01"}, "__all__"),
        ({"peak_orders": "0"}, "__all__"),
        ({"peak_orders": "-1"}, "peak_orders"),
        ({"starts_on": "soon"}, "starts_on"),
    ],
)
def test_wrong_dates_and_peaks_are_named_and_nothing_is_stored(client, operator, wrong, field):
    sent = {"name": "Spring", "starts_on": "2027-02-04", "ends_on": "2027-02-14"} | wrong
    answer = client.post(reverse("admin:campaigns_festival_add"), sent)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Festival.objects.exists()


@pytest.mark.req("CAM-16")
@pytest.mark.parametrize("year", ["", "next", "2031", "２０２７"])
def test_a_year_that_is_unknown_adds_nothing_and_says_which_are_known(client, operator, year):
    answer = client.post(USUAL, {"year": year}, follow=True)
    assert [str(said) for said in answer.context["messages"]] == ["The usual festivals are known for 2026 to 2030."]
    assert not Festival.objects.exists()


@pytest.mark.req("PLT-03")
@pytest.mark.parametrize("role", ["finance", "approver", "service"])
def test_those_who_only_read_change_nothing_in_the_calendar(client, role):
    client.force_login(make_user(groups=[role]))
    assert (client.get(CALENDAR).status_code, client.get(LOAD).status_code) == (200, 200)
    assert client.post(USUAL, {"year": "2027"}).status_code == 403
    assert not Festival.objects.exists()
