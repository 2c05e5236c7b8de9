from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from campaigns.commands import conflicts
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.conflict_gate import ReportNeeded
from campaigns.commands.conflict_limits import set_conflict_limits
from campaigns.commands.interventions import Wish, agree, do_at_once
from campaigns.commands.review_limits import WrongLimit
from campaigns.conflicts.making import make_report
from campaigns.models import (
    AuditEntry,
    CampaignApproval,
    CampaignRevision,
    ConflictLimits,
    ConflictReport,
    StaffNotice,
)
from campaigns.selectors.conflicts import conflict_limits, latest_report
from pricing import tasks
from pricing.models import Job, Sku
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-14")]


def handed_in(rate_bp=2_000, **fields):
    period = {"starts_at": NOON, "ends_at": NOON + timedelta(days=10)}
    revision = make_revision("percent_off", params={"rate_bp": rate_bp}, **period | fields)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    return CampaignRevision.objects.get(pk=revision.pk)


def approved_by(person, revision):
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=person, at=NOON)
    revision.refresh_from_db()
    return revision.review == "approved"


@pytest.fixture
def people():
    return [make_user(groups=["approver"]) for _ in range(2)]


def test_one_approver_is_enough_where_no_price_goes_beyond_the_limits(people):
    make_sku("TEA", cost_cents=7_999)
    revision = handed_in()
    assert latest_report(revision).deepest_off_bp == 2_000
    assert approved_by(people[0], revision)
    assert (revision.second_reasons, revision.approvals_needed) == ([], 1)


def test_what_together_with_another_campaign_falls_below_cost_needs_two_and_the_report_is_named(people):
    make_sku("TEA", list_cents=10_000, cost_cents=7_000)
    make_campaign("spend_tiers")  # 10 less from 100 on
    revision = handed_in(rate_bp=2_500)
    report = latest_report(revision)
    # two pieces at 75.00 reach 100: 150 - 10 = 140, exactly the cost; then the margin decides
    assert (report.rows.get().unit_cents, report.below_cost) == (7_000, 0)
    Sku.objects.update(cost_cents=7_001)
    assert not approved_by(people[0], revision)
    report = ConflictReport.objects.get()
    (reason,) = revision.second_reasons
    assert reason["figures"] == {
        "report": report.pk,
        "count": 1,
        "sku": "TEA",
        "price_cents": 7_000,
        "off": "30",
    }
    assert approved_by(people[1], revision)
    assert CampaignApproval.objects.filter(revision=revision).count() == 2


def test_what_was_stopped_in_an_emergency_counts_until_the_stop_is_confirmed(people):
    make_sku("TEA", list_cents=10_000, cost_cents=7_001)
    other = make_campaign("spend_tiers")
    stop = Wish(deed="stop", reason="wrong price")
    stopped = do_at_once(campaign_id=other.pk, wish=stop, by=make_user(groups=["operator"]), at=NOON)
    assert latest_report(handed_in(rate_bp=2_500)).below_cost == 1
    agree(intervention_id=stopped.pk, by=people[0], at=NOON)
    assert latest_report(handed_in(rate_bp=2_500)).below_cost == 0


def test_a_sku_that_is_out_of_another_campaign_counts_there_for_it_may_come_back(people):
    tea = make_sku("TEA", list_cents=10_000, cost_cents=7_001)
    other = make_campaign("spend_tiers")
    out = Wish(deed="withdraw", reason="wrong price", sku_ids=frozenset({tea.pk}))
    do_at_once(campaign_id=other.pk, wish=out, by=make_user(groups=["operator"]), at=NOON)
    assert latest_report(handed_in(rate_bp=2_500)).below_cost == 1


def test_second_approver_looks_at_what_has_come_up_since_the_first(people):
    make_sku("TEA", list_cents=10_000, cost_cents=1)
    ConflictLimits.objects.create(deepest_off_bp=1_999)
    revision = handed_in(rate_bp=2_000)
    assert not approved_by(people[0], revision)
    Sku.objects.update(cost_cents=9_999)
    with pytest.raises(ReportNeeded, match="Prices or costs have changed"):
        approved_by(people[1], revision)
    assert latest_report(revision).below_cost == 1
    assert approved_by(people[1], revision)


def test_the_limit_of_depth_is_set_in_the_back_office(people):
    make_sku("TEA")
    ConflictLimits.objects.create(deepest_off_bp=1_999)
    assert not approved_by(people[0], handed_in(rate_bp=2_000))
    ConflictLimits.objects.create(deepest_off_bp=2_000)
    assert approved_by(people[0], handed_in(rate_bp=2_000))


@pytest.mark.parametrize(("eased_after", "is_enough"), [(timedelta(seconds=1), False), (timedelta(0), True)])
def test_nobody_eases_the_limits_while_a_campaign_waits_to_approve_it_alone(
    people, eased_after, is_enough, monkeypatch
):
    make_sku("TEA")
    monkeypatch.setattr(conflicts, "AT_ONCE", 0)  # its report is made when it waits already
    ConflictLimits.objects.create(deepest_off_bp=1_999)
    revision = handed_in(rate_bp=2_000)
    eased = ConflictLimits(deepest_off_bp=9_000, reason="sale")
    set_conflict_limits(eased, by=people[0], at=revision.submitted_at + eased_after)
    make_report(revision, at=NOON, progress=lambda done, total: None)
    assert approved_by(people[0], revision) == is_enough


def test_large_scopes_wait_for_the_report_in_the_background(people, monkeypatch):
    monkeypatch.setattr(conflicts, "AT_ONCE", 1)
    product = make_sku("TEA").product
    make_sku("CUP", product=product)
    revision = handed_in()
    assert Job.objects.filter(kind="conflict_report").count() == 1
    with pytest.raises(ReportNeeded):
        approved_by(people[0], revision)
    assert not CampaignApproval.objects.filter(revision=revision).exists()
    tasks.work_off_jobs()
    assert approved_by(people[0], revision)


def test_an_outdated_report_is_not_enough_and_a_new_one_is_asked_for(people, monkeypatch):
    make_sku("CUP", product=make_sku("TEA").product)
    revision = handed_in()
    monkeypatch.setattr(conflicts, "AT_ONCE", 1)
    make_campaign("spend_tiers")
    with pytest.raises(ReportNeeded, match="Other offers"):
        approved_by(people[0], revision)
    assert Job.objects.filter(kind="conflict_report", state="waiting").count() == 1
    tasks.work_off_jobs()
    assert approved_by(people[0], revision)


def test_what_was_decided_keeps_its_report(people):
    make_sku("TEA")
    revision = handed_in()
    assert approved_by(people[0], revision)
    report = latest_report(revision)
    with pytest.raises(conflicts.MoveRefused):
        conflicts.ask_for_report(revision_id=revision.pk, by=people[0], at=NOON)
    assert latest_report(revision) == report


def test_second_approver_must_see_a_report_that_holds_as_well(people, monkeypatch):
    make_sku("TEA", list_cents=10_000, cost_cents=9_000)
    revision = handed_in()
    assert not approved_by(people[0], revision)
    make_campaign("spend_tiers")
    monkeypatch.setattr(conflicts, "AT_ONCE", 0)
    with pytest.raises(ReportNeeded):
        approved_by(people[1], revision)
    make_report(revision, at=NOON, progress=lambda done, total: None)
    assert approved_by(people[1], revision)


def test_price_limits_are_set_with_a_reason_keep_their_history_and_are_told(people):
    author = make_user(groups=["operator"])
    for by, reason, problem in ((author, "sale", "ask an approver"), (people[0], " ", "Say why")):
        with pytest.raises(WrongLimit, match=problem):
            set_conflict_limits(ConflictLimits(deepest_off_bp=1, reason=reason), by=by, at=NOON)
    for deepest_off_bp in (6_000, 5_000):
        set_conflict_limits(ConflictLimits(deepest_off_bp=deepest_off_bp, reason="autumn"), by=people[0], at=NOON)
    assert conflict_limits().deepest_off_bp == 5_000
    assert StaffNotice.objects.filter(user=people[1]).count() == 2
    changes = AuditEntry.objects.filter(act="set_conflict_limits", outcome="done").values_list("changes", "reason")
    column = {"field": "deepest_off_bp"}
    assert list(changes.order_by("pk")) == [
        ([column | {"before": 7_000, "after": 6_000}], "autumn"),
        ([column | {"before": 6_000, "after": 5_000}], "autumn"),
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConflictLimits.objects.update(deepest_off_bp=1)
