from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.drafting import Content, edit_draft, revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import AuditEntry, Campaign, ReviewLimit
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]


@pytest.fixture
def approver(client):
    user = make_user("adam", groups=["approver"])
    client.force_login(user)
    return user


@pytest.fixture
def submitted():
    make_sku("TEA", list_cents=10_000)
    revision = make_revision(
        "percent_off",
        author=make_user(),
        budget_cents=90_000,
        starts_at=NOON,
        ends_at=timezone.now() + timedelta(days=1),
    )
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    return revision


def seen(revision, **given):
    return {"seen": revision.content_hash, **given}


def test_approver_sees_depth_budget_and_length_held_against_the_limits(client, approver, submitted):
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=1_500, budget_cents=100_000, reason="x",
                               by=make_checker(), at=NOON)  # fmt: skip
    stakes = client.get(act_of(submitted.campaign, "approve")).context["stakes"]
    assert [(stake.label, stake.text) for stake in stakes][:2] == [
        ("Deepest cut by itself", "20 % off: TEA for ¥80 instead of ¥100"),
        ("At most to be given away", "¥900"),
    ]
    assert [stake.beyond for stake in stakes] == [
        "It takes 20 % off (TEA): 5 points above the limit of 15 %.", "", "",
    ]  # fmt: skip


def test_what_changes_comes_first_and_the_rest_is_folded(client, approver):
    make_sku("TEA")
    soon = timezone.now() + timedelta(days=1)
    campaign = make_campaign("percent_off", name="Old", starts_at=NOON, ends_at=soon)
    author = make_user()
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    edit_draft(CAMPAIGNS, revision_id=change.pk, content=Content({"name": "New"}, {}), by=author)
    submit_campaign(revision_id=change.pk, by=author, at=NOON)
    answer = client.get(act_of(campaign, "approve"))
    (changed,) = answer.context["changes"]
    assert (changed.label, changed.before, changed.after) == ("Name", "Old", "New")
    page = answer.content.decode()
    assert page.index("What changes") < page.index("<details><summary>All of it")


def test_what_is_new_is_shown_in_full(client, approver, submitted):
    assert "<details open><summary>All of it" in client.get(act_of(submitted.campaign, "approve")).content.decode()


def test_one_page_leads_to_both_decisions(client, approver, submitted):
    page = client.get(act_of(submitted.campaign, "approve")).content.decode()
    reject = act_of(submitted.campaign, "reject")
    assert f'formaction="{reject}"' in page
    assert "Say why" in client.post(reject, seen(submitted, reason=" ")).content.decode()
    client.post(reject, seen(submitted, reason="too deep"))
    assert Campaign.objects.get().state == "rejected"


def test_second_tab_and_back_button_decide_nothing_again(client, approver, submitted):
    approve, reject = act_of(submitted.campaign, "approve"), act_of(submitted.campaign, "reject")
    client.post(approve, seen(submitted))
    for address in (approve, reject):
        answer = client.post(address, seen(submitted, reason="late"), follow=True)
        assert "Somebody else was faster" in answer.content.decode()
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.current_revision.approvals.count()) == ("approved", 1)


def test_page_that_shows_an_older_version_decides_nothing(client, approver, submitted):
    reject_then_mend = make_user("anna", groups=["approver"])
    client.force_login(reject_then_mend)
    client.post(act_of(submitted.campaign, "reject"), seen(submitted, reason="mend it"))
    mended = revise(CAMPAIGNS, subject_id=submitted.campaign_id, by=submitted.author, at=NOON)
    edit_draft(CAMPAIGNS, revision_id=mended.pk, content=Content({"name": "Mended"}, {}), by=submitted.author)
    submit_campaign(revision_id=mended.pk, by=submitted.author, at=NOON)
    client.force_login(approver)
    answer = client.post(act_of(submitted.campaign, "approve"), seen(submitted), follow=True)
    assert "not the version that you have looked at" in answer.content.decode()
    assert Campaign.objects.get().state == "in_review"
    assert AuditEntry.objects.filter(outcome="refused", act="approve", by=approver).count() == 1
    assert "not the version" in client.get(page_of(submitted.campaign)).content.decode()
