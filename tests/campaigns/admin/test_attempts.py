"""What pages, bulk acts and jobs refuse before any command is asked stands in the audit trail too."""

from datetime import timedelta
from uuid import uuid4

import pytest

from campaigns.commands.bulk import Bulk, act_on
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.conflict_gate import ReportNeeded
from campaigns.commands.shifting import move_draft
from campaigns.commands.transitions import MoveRefused
from campaigns.models import AuditEntry, ConflictLimits
from campaigns.sku_list_job import take_sku_list
from pricing.engine.errors import Refusal
from pricing.jobs import Running
from pricing.models import Job, Sku
from tests.campaigns.admin.pages import act_of, edit_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]
PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=3)}


def the_attempt():
    """The only refusal in the trail: what, by whom, about which campaign, and why."""
    entry = AuditEntry.objects.get(outcome="refused")
    assert entry.kind == "campaigns.campaign"
    return entry.act, entry.by.username, entry.object_id, entry.msgid


def test_an_act_that_is_not_possible_any_more_is_written_down_when_it_is_sent(client, operator):
    campaign = make_campaign(paused=True)
    client.get(act_of(campaign, "pause"))
    assert not AuditEntry.objects.exists()
    client.post(act_of(campaign, "pause"), {"reason": "typo", "_now": "1"})
    assert the_attempt() == ("pause", operator.username, campaign.pk, "This is not possible now.")
    assert AuditEntry.objects.get().reason == "typo"


def test_a_decision_that_comes_after_somebody_elses_is_written_down(client, approver):
    client.force_login(approver)
    campaign = make_campaign()
    client.post(act_of(campaign, "approve"), {"seen": "x"})
    act, who, about, why = the_attempt()
    assert (act, who, about) == ("approve", approver.username, campaign.pk)
    assert "faster" in why


def test_an_edit_of_what_is_not_ones_own_draft_is_written_down(client, operator):
    draft = make_revision(**PERIOD)
    client.get(edit_of(draft.campaign))
    client.post(edit_of(draft.campaign), {"name": "Sly"})
    assert the_attempt()[:3] == ("edit_draft", operator.username, draft.campaign_id)


def test_a_draft_that_somebody_else_drags_in_the_timeline_is_named(operator):
    draft = make_revision(**PERIOD)
    with pytest.raises(MoveRefused):
        move_draft(revision_id=draft.pk, starts_at=NOON, by=operator)
    assert the_attempt()[:3] == ("move_draft", operator.username, draft.campaign_id)


def test_the_second_approver_who_is_sent_back_to_the_report_is_written_down():
    make_sku("TEA", cost_cents=1)
    ConflictLimits.objects.create(deepest_off_bp=1_999)
    revision, people = make_revision("percent_off", **PERIOD), [make_user(groups=["approver"]) for _ in range(2)]
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    seen = {"revision_id": revision.pk, "seen_hash": revision.content_hash, "at": NOON}
    approve_campaign(by=people[0], **seen)
    Sku.objects.update(cost_cents=2)
    with pytest.raises(ReportNeeded):
        approve_campaign(by=people[1], comment="quick", **seen)
    assert the_attempt()[:3] == ("approve", people[1].username, revision.campaign_id)


@pytest.mark.parametrize(("act", "has_left"), [("pause", True), ("submit", False)])
def test_a_bulk_act_that_reaches_no_command_is_written_down(operator, act, has_left):
    campaign = make_campaign()
    if has_left:
        operator.groups.clear()
    bulk = Bulk(act=act, by_id=operator.pk, since=NOON, key=uuid4(), reason="sale")
    assert len(act_on(bulk, campaign_id=campaign.pk, at=NOON)) == 1
    assert the_attempt()[:3] == (act, operator.username, campaign.pk)


def test_a_list_of_somebody_who_has_lost_the_right_is_written_down():
    draft, person = make_revision(**PERIOD), make_user()
    job = Job(kind="sku_list", by=person, params={"campaign": draft.campaign_id}, asked_at=NOON)
    with pytest.raises(Refusal, match="not do this any more"):
        take_sku_list(Running(job, lambda done, of: None))
    assert the_attempt()[:3] == ("write_sku_list", person.username, draft.campaign_id)
