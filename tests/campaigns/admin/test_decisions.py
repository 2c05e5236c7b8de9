from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.drafting import Content, edit_draft, revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import Campaign
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = pytest.mark.django_db

SOON = timezone.now() + timedelta(days=1)


@pytest.mark.req("CAM-09")
def test_campaign_goes_from_draft_to_running_through_two_people(client, operator, approver):
    campaign = make_revision(author=operator, starts_at=NOON - timedelta(days=900), ends_at=SOON).campaign
    campaign.revisions.update(starts_at=timezone.now() - timedelta(days=1))
    assert client.get(act_of(campaign, "submit")).status_code == 200
    assert Campaign.objects.get().state == "draft"
    client.post(act_of(campaign, "submit"))
    assert Campaign.objects.get().state == "in_review"
    assert client.get(act_of(campaign, "approve")).status_code == 403
    client.force_login(approver)
    page = client.get(act_of(campaign, "approve"))
    assert "¥10 off from ¥100" in page.content.decode()
    seen = page.context["standing"].open_revision.content_hash
    client.post(act_of(campaign, "approve"), {"seen": seen, "reason": "fine"})
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.current_revision.approvals.get().checker) == ("approved", approver)
    assert "running" in client.get(page_of(campaign)).content.decode()


@pytest.mark.req("CAM-09")
def test_author_with_every_permission_is_not_offered_to_approve_and_cannot(client):
    boss = make_user("boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    revision = make_revision(author=boss, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=boss, at=NOON)
    revision.refresh_from_db()
    assert "approve" not in [act.code for act in client.get(page_of(revision.campaign)).context["acts"]]
    answer = client.post(act_of(revision.campaign, "approve"), {"seen": revision.content_hash}, follow=True)
    assert "somebody else has to decide" in answer.content.decode()
    assert Campaign.objects.get().state == "in_review"


@pytest.mark.req("CAM-09")
def test_rejection_without_a_reason_is_asked_again(client, operator, approver):
    revision = make_revision(author=operator, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=operator, at=NOON)
    client.force_login(approver)
    answer = client.post(act_of(revision.campaign, "reject"), {"reason": " "})
    assert "Say why" in answer.content.decode()
    client.post(act_of(revision.campaign, "reject"), {"reason": "Below cost"})
    assert Campaign.objects.get().state == "rejected"
    page = client.get(page_of(revision.campaign)).content.decode()
    assert "Below cost" in page
    assert "This was rejected: the history below says why." in page
    assert "What has been approved" not in page


def test_incomplete_draft_is_told_everything_that_is_missing(client, operator):
    revision = make_revision(author=operator, everything=False, with_coupons=None, starts_at=NOON, ends_at=SOON)
    page = client.post(act_of(revision.campaign, "submit"), follow=True).content.decode()
    assert "Answer all three stacking questions." in page
    assert "Choose the products: all of them, or at least one." in page
    assert Campaign.objects.get().state == "draft"


@pytest.mark.req("CAM-12")
def test_approver_sees_what_a_change_would_change(client, operator, approver):
    campaign = make_campaign(author=operator, ends_at=SOON, starts_at=NOON)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=operator, at=NOON)
    content = Content({"params": {"tiers": [{"threshold_cents": 20_000, "off_cents": 3_000}]}}, {})
    edit_draft(CAMPAIGNS, revision_id=change.pk, content=content, by=operator)
    submit_campaign(revision_id=change.pk, by=operator, at=NOON)
    client.force_login(approver)
    (seen,) = client.get(act_of(campaign, "approve")).context["changes"]
    assert (seen.before, seen.after) == ("¥10 off from ¥100", "¥30 off from ¥200")


def test_approver_is_warned_of_prices_below_cost(client, operator, approver):
    make_sku("THIN", list_cents=10_000, cost_cents=9_500)
    make_sku("FAT", list_cents=10_000, cost_cents=1_000)
    revision = make_revision("percent_off", author=operator, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=operator, at=NOON)
    client.force_login(approver)
    context = client.get(act_of(revision.campaign, "approve")).context
    assert [row[1:] for row in context["risk_rows"]] == [("¥100", "¥80", "¥95")]
    assert context["risk"].skus == 2


def test_what_was_approved_is_shown_locked_and_with_why(client, operator):
    campaign = make_campaign(author=operator)
    answer = client.get(reverse("admin:campaigns_campaign_edit", args=[campaign.pk]), follow=True)
    assert "is a promise and is locked" in answer.content.decode()
    assert b'<input type="text" name="name"' not in answer.content


@pytest.mark.req("CAM-12")
def test_who_cannot_change_is_not_pointed_to_a_change(client, operator, approver):
    campaign = make_campaign()
    hint = "“Change” writes a new version for review."
    assert hint in client.get(page_of(campaign)).content.decode()
    client.force_login(approver)
    page = client.get(page_of(campaign)).content.decode()
    assert "What has been approved is a promise and is locked." in page
    assert hint not in page
