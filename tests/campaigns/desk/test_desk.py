from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.interventions import Wish, ask_for
from campaigns.models import ReviewLimit
from coupons.commands.templates import submit_template
from pricing.models import Job
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.coupons import make_template_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

DESK, QUEUE = reverse("admin:index"), reverse("desk:queue")
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def olga():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def adam():
    return make_user("adam", groups=["approver"])


def handed_in(author, at, name="Tea week", **fields):
    period = {"starts_at": at + 30 * HOUR, "ends_at": at + 90 * HOUR}
    revision = make_revision(author=author, name=name, **period | fields)
    submit_campaign(revision_id=revision.pk, by=author, at=at)
    revision.refresh_from_db()
    return revision


def desk_of(client, user):
    client.force_login(user)
    return {str(section.title): section for section in client.get(DESK).context["desk"]}


def texts(section):
    return [line.text for line in section.lines]


def test_approver_finds_what_waits_the_oldest_first_and_nothing_of_their_own(client, now, olga, adam):
    boss = make_user("boss", groups=["operator", "approver"])
    handed_in(olga, now - 2 * HOUR, "Second")
    handed_in(boss, now - 3 * HOUR, "First")
    assert texts(desk_of(client, adam)["Waiting for your decision"]) == ["First", "Second"]
    assert texts(desk_of(client, boss)["Waiting for your decision"]) == ["Second"]
    line = desk_of(client, adam)["Waiting for your decision"].lines[0]
    assert line.page.endswith("/do/approve/")
    assert line.note == "campaign · boss · for 3\xa0hours"


def test_author_finds_drafts_what_is_in_review_and_what_came_back_with_the_reason(client, now, olga, adam):
    make_revision(author=olga, name="Draft")
    handed_in(olga, now, "Waits")
    back = handed_in(olga, now, "Back")
    reject_campaign(revision_id=back.pk, by=adam, at=now, reason="Below cost")
    desk = desk_of(client, olga)
    assert "Waiting for your decision" not in desk
    assert texts(desk["Your drafts"]) == ["Draft"]
    assert texts(desk["Handed in by you"]) == ["Waits"]
    assert [(line.text, line.note) for line in desk["Rejected: to be mended"].lines] == [("Back", "Below cost")]
    assert any("was rejected by adam" in text for text in texts(desk["Notices"]))


def test_what_starts_or_ends_within_a_day_is_shown_to_all(client, now):
    make_campaign(name="Starts", starts_at=now + HOUR, ends_at=now + 50 * HOUR)
    make_campaign(name="Ends", starts_at=now - HOUR, ends_at=now + 3 * HOUR)
    make_campaign(name="Later", starts_at=now + 25 * HOUR, ends_at=now + 50 * HOUR)
    for role in ("operator", "approver", "finance", "service"):
        lines = desk_of(client, make_user(groups=[role]))["Within 24 hours"].lines
        assert [(line.text, line.note) for line in lines] == [("Starts", "starts"), ("Ends", "ends")]


def test_each_role_has_its_own_desk(client):
    own = {
        "operator": {"Your drafts", "Rejected: to be mended", "Handed in by you"},
        "approver": {"Waiting for your decision"},
        "service": {"Refunds to decide"},
        "finance": {"Reports"},
    }
    shared = {"Notices", "Within 24 hours"}
    for role, titles in own.items():
        assert set(desk_of(client, make_user(groups=[role]))) == titles | shared, role
        begins = reverse("admin:campaigns_campaign_add") in client.get(DESK).content.decode()
        assert begins == (role == "operator"), role


def test_running_jobs_are_shown(client, olga, now):
    Job.objects.create(kind="unknown", by=olga, asked_at=now)
    assert texts(desk_of(client, olga)["Running jobs"]) == ["unknown"]


def test_queue_shows_age_author_approvals_and_risk(client, now, olga, adam):
    make_sku("TEA", list_cents=10_000)
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=500, reason="x", by=make_checker(), at=now)
    deep = handed_in(olga, now - 30 * HOUR, "Deep")
    approve_campaign(revision_id=deep.pk, seen_hash=deep.content_hash, by=adam, at=now)
    template = make_template_revision(author=olga, name="Coupon")
    submit_template(revision_id=template.pk, by=olga, at=now - HOUR)
    running = make_campaign(name="Runs")
    ask_for(campaign_id=running.pk, wish=Wish(deed="pause", reason="typo"), by=olga, at=now - 2 * HOUR)

    client.force_login(adam)
    answer = client.get(QUEUE)
    (_, mine, _), (_, others, _) = answer.context["groups"]
    assert [row.title for row, _ in mine] == ["pause: Runs", "Coupon"]
    ((row, is_overdue),) = others
    assert (row.title, row.author, row.got, row.needed, is_overdue) == ("Deep", "olga", 1, 2, True)
    assert row.risks == ("It takes 10 % off (TEA): 5 points above the limit of 5 %.",)
    client.force_login(make_checker())
    (_, mine, _), (_, others, _) = client.get(QUEUE).context["groups"]
    assert [row.title for row, _ in mine] == ["Deep", "pause: Runs", "Coupon"]
    client.force_login(olga)
    (_, mine, _), (_, others, _) = client.get(QUEUE).context["groups"]
    assert (mine, len(others)) == ([], 3)


def test_queue_is_closed_to_shoppers(client):
    client.force_login(make_user())
    assert client.get(QUEUE).status_code == 302


@pytest.mark.parametrize("page", [DESK, QUEUE])
def test_pages_cost_the_same_however_much_waits(client, page, now, olga, adam):
    def cost():
        client.force_login(adam)
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        return len(asked)

    handed_in(olga, now, "One")
    make_campaign(starts_at=now + HOUR, ends_at=now + 50 * HOUR)
    first = cost()
    for number in range(12):
        handed_in(olga, now, f"More {number}")
        make_campaign(starts_at=now + HOUR, ends_at=now + 50 * HOUR)
    assert cost() == first
    assert first <= 24
