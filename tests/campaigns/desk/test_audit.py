import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.admin.audit_wording import changes_shown
from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.drafting import Content, edit_draft
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import AuditEntry
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

LIST = reverse("admin:campaigns_auditentry_changelist")


@pytest.fixture
def olga():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def campaign(olga):
    revision = make_revision(author=olga, name="Tea week", starts_at=NOON, ends_at=timezone.now() + timedelta(days=1))
    submit_campaign(revision_id=revision.pk, by=olga, at=NOON)
    return revision.campaign


def test_closed_page_is_written_down_with_who_and_where(client, olga, campaign):
    client.force_login(olga)
    assert client.post(act_of(campaign, "approve"), {"seen": "x"}).status_code == 403
    entry = AuditEntry.objects.get(outcome="forbidden")
    assert (entry.by, entry.act, entry.kind, entry.object_id) == (olga, "approve", "campaigns.campaign", campaign.pk)
    assert entry.route == f"POST {act_of(campaign, 'approve')}"


def test_shopper_at_the_door_of_the_back_office_is_written_down(client, campaign):
    shopper = make_user("xiaoming")
    client.force_login(shopper)
    client.post(act_of(campaign, "stop"), {"reason": "x"})
    assert AuditEntry.objects.get(outcome="forbidden").by == shopper


def test_what_is_open_leaves_no_entry(client, olga, campaign):
    client.force_login(olga)
    client.get(page_of(campaign))
    client.get("/")
    assert not AuditEntry.objects.exclude(outcome="done").exists()


def test_history_of_a_campaign_shows_edits_and_refused_attempts(client, olga, campaign):
    client.force_login(olga)
    client.post(act_of(campaign, "approve"), {"seen": "x"})
    page = client.get(page_of(campaign)).content.decode()
    assert "refused: approved. This person may not." in page


def test_parameters_of_a_rule_are_read_one_by_one_in_words_and_money():
    tier, more = {"off_cents": 5_000, "threshold_cents": 30_000}, {"off_cents": 9_000, "threshold_cents": 50_000}
    before, after = {"tiers": [tier], "max_times": 3}, {"tiers": [tier, more], "max_times": 3, "pick": "dearest"}
    entry = AuditEntry(kind="campaigns.campaign", changes=[{"field": "params", "before": before, "after": after}])
    assert [row[1:] for row in changes_shown(entry)] == [("–", "the dearest"), ("¥300 → ¥50", "¥300 → ¥50; ¥500 → ¥90")]
    with override("zh-hans"):
        assert [row[0] for row in changes_shown(entry)][1] == "阶梯"


def test_auditors_find_entries_by_person_thing_and_outcome(client, olga, campaign):
    client.force_login(olga)
    client.post(act_of(campaign, "approve"), {"seen": "x"})
    client.force_login(make_user("fay", groups=["finance"]))
    for query, found in (({"q": "tea"}, 2), ({"q": "olga"}, 2), ({"outcome": "forbidden"}, 1), ({"q": "nothing"}, 0)):
        answer = client.get(LIST, query)
        assert answer.context["cl"].result_count == found, query
    page = client.get(LIST, {"q": "tea"}).content.decode()
    assert "Tea week" in page
    assert "draft → in review" in page


def test_list_costs_the_same_however_long_it_is(client, olga, campaign, django_assert_max_num_queries):
    client.force_login(olga)
    for _ in range(12):
        client.post(act_of(campaign, "approve"), {"seen": "x"})
    with django_assert_max_num_queries(24):
        client.get(LIST)


def test_trail_comes_as_csv_with_the_filters_of_the_list_and_no_formula(client, olga, campaign):
    draft = make_revision(author=olga, name="Cup days")
    content = Content({"name": "=1+1", "budget_cents": 5_000}, {})
    edit_draft(CAMPAIGNS, revision_id=draft.pk, content=content, by=olga)
    client.force_login(make_user("felix", groups=["finance"]))
    found = client.get(reverse("admin:campaigns_auditentry_file"), {"by__id__exact": olga.pk, "q": "edit"})
    rows = list(csv.reader(io.StringIO(b"".join(found.streaming_content).decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [12, 12]
    assert rows[1][1:6] == ["olga", "done", "draft edited", "campaigns.campaign", str(draft.campaign_id)]
    assert rows[1][8] == "Name: Cup days → =1+1; Budget: – → ¥50"
    whole = b"".join(client.get(reverse("admin:campaigns_auditentry_file")).streaming_content).decode()
    assert len(whole.splitlines()) == 1 + AuditEntry.objects.count()
    assert (
        f'href="{reverse("admin:campaigns_auditentry_file")}?q=edit"'
        in client.get(LIST, {"q": "edit"}).content.decode()
    )


def test_trail_is_a_file_for_nobody_who_may_not_read_it(client, campaign):
    client.force_login(make_user("bare", is_staff=True))
    assert client.get(reverse("admin:campaigns_auditentry_file")).status_code == 403
