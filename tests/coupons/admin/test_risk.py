"""The screens of risk control: from a profile's form to a decision in the queue, and nothing for who may not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coupons.commands.claiming import claim_coupon
from coupons.models import ClaimCampaign, Coupon, RiskBlock, RiskCase, RiskLimit, RiskProfile
from coupons.refusals import UnderReview
from pricing.models import Job
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.risk import make_held_claim, make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]

TYPED = {
    "code": "standard", "name": "Standard", "name_zh": "标准", "hold_at": "50",
    "rules_1_signal": "account_hours", "rules_1_comparison": "lt", "rules_1_threshold": "24",
    "rules_1_effect": "points", "rules_1_points": "50", "rules_1_acts": ["claim", "code"],
    "rules_1_name": "Account of today", "rules_1_name_zh": "当天注册",
    "rules_3_signal": "new_accounts_bp", "rules_3_per": "device", "rules_3_within": "2", "rules_3_unit": "days",
    "rules_3_comparison": "ge", "rules_3_threshold": "80", "rules_3_effect": "hold", "rules_3_acts": ["claim"],
    "rules_3_name": "New accounts", "rules_3_name_zh": "新账户",
}  # fmt: skip


def browser(role):
    client = Client()
    client.force_login(make_user(groups=[role]))
    return client


def page(name, *args):
    return reverse(f"admin:coupons_{name}", args=args)


def test_profile_goes_from_the_form_to_an_approval_and_judges_a_claim():
    operator, approver = browser("operator"), browser("approver")
    answer = operator.post(page("riskprofile_add"), TYPED)
    profile = RiskProfile.objects.get()
    assert answer["Location"] == page("riskprofile_change", profile.pk)
    revision = profile.revisions.get()
    assert [(row["signal"], row["minutes"], row["threshold"]) for row in revision.rules] == [
        ("account_hours", 0, 24),
        ("new_accounts_bp", 2 * 24 * 60, 8_000),
    ]
    edit = operator.get(page("riskprofile_edit", profile.pk)).content.decode()
    assert 'name="rules_2_threshold" value="80"' in edit
    operator.post(page("riskprofile_act", profile.pk, "submit"))
    shown = approver.get(page("riskprofile_change", profile.pk)).content.decode()
    assert "share of new accounts in percent by device within 2 days ≥ 80 %" in shown
    revision.refresh_from_db()
    approver.post(page("riskprofile_act", profile.pk, "approve"), {"seen": revision.content_hash})
    campaign = make_claim_campaign(risk_profile="standard")
    now = timezone.now()
    with pytest.raises(UnderReview):
        claim_coupon(
            claim_campaign_id=campaign.pk,
            customer_id=make_customer(registered_at=now - timedelta(hours=1)).pk,
            seq=1,
            at=now,
        )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules_1_threshold": "many"}, "“many” is no whole number"),
        ({"rules_1_threshold": "9" * 20}, "is no whole number"),
        ({"rules_3_within": ""}, "within which time"),
        ({"rules_3_per": "customer"}, "by whom it is counted"),
        ({"rules_1_acts": []}, "what it applies to"),
        ({"rules_1_name_zh": ""}, "both languages"),
        ({"code": "Not A Code"}, "Small letters"),
        ({"block_at": "50"}, "must be higher"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(changes, said):
    answer = browser("operator").post(page("riskprofile_add"), TYPED | changes)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not RiskProfile.objects.exists()


def test_code_of_another_profile_is_refused_and_rules_are_kept_as_typed():
    make_profile(rule("claims", "gt", 5, per="customer", minutes=60), code="standard")
    shown = browser("operator").post(page("riskprofile_add"), TYPED).content.decode()
    assert "Another profile has this code already" in shown
    assert 'name="rules_2_within" value="2"' in shown
    assert 'data-most="30"' in shown
    assert "+ another rule" in shown


def test_queue_shows_why_and_an_agent_releases_with_a_reason():
    case, agent = make_held_claim(), browser("service")
    assert agent.get(page("riskcase_changelist"))["Location"].endswith("?state__exact=waiting")
    listed = agent.get(page("riskcase_changelist"), {"state__exact": "waiting"}).content.decode()
    assert "account_hours rule (0)" in listed
    named = ClaimCampaign.objects.get(pk=case.attempt.object_id)
    assert f"{named}" in listed
    assert f"claim campaign {named.pk}" not in listed
    shown = agent.get(page("riskcase_change", case.pk)).content.decode()
    assert "&lt; 24" in shown
    assert "no place is kept" in shown
    release = page("riskcase_act", case.pk, "release")
    assert "Say why" in agent.post(release, {"reason": " "}).content.decode()
    assert not Coupon.objects.exists()
    assert "Done: released." in agent.post(release, {"reason": "known to us"}, follow=True).content.decode()
    assert Coupon.objects.get().customer_id == case.customer_id
    assert "known to us" in agent.get(page("riskcase_change", case.pk)).content.decode()
    assert browser("operator").post(page("riskcase_act", case.pk, "undo"), {"reason": "x"}).status_code == 403
    assert RiskCase.objects.get().state == "released"


def test_device_is_blocked_from_the_case_and_the_block_is_lifted():
    agent = browser("service")
    form = agent.get(page("riskblock_add")).content.decode()
    assert form.index('name="who"') < form.index('name="until_0"') < form.index('name="reason"')
    typed = {"kind": "address", "who": "203.0.113.9", "until_0": "", "until_1": "", "reason": "farm"}
    made = agent.post(page("riskblock_add"), typed)
    row = RiskBlock.objects.get()
    assert made["Location"] == page("riskblock_change", row.pk)
    assert "203.0.113" not in agent.get(page("riskblock_changelist")).content.decode() + row.value
    assert "blocked already" in agent.post(page("riskblock_add"), typed).content.decode()
    assert "Say why" in agent.post(page("riskblock_lift", row.pk), {"reason": ""}).content.decode()
    agent.post(page("riskblock_lift", row.pk), {"reason": "a school"})
    row.refresh_from_db()
    assert row.lift_reason == "a school"


def test_trial_is_asked_for_by_who_may_and_its_result_is_shown():
    profile = make_profile(rule("claims", "gt", 5, per="customer", minutes=60))
    trial = page("riskprofile_trial", profile.pk)
    assert browser("finance").post(trial, {"days": 7}).status_code == 403
    operator = browser("operator")
    assert "90" in operator.post(trial, {"days": 9_999}).content.decode()
    operator.post(trial, {"days": 7})
    job = Job.objects.get()
    assert (job.kind, job.params["days"]) == ("try_risk_profile", 7)
    result = {"number": 1, "attempts": 12, "hold": 3, "block": 4, "held_then": 0, "refused_then": 0, "shown": []}
    rules = [{**profile.current_revision.rules[0], "hits": 7, "hold": 3, "block": 4}]
    done = {"state": "done", "finished_at": timezone.now(), "result": {**result, "rules": rules}}
    Job.objects.filter(pk=job.pk).update(**done)
    shown = operator.get(trial).content.decode()
    assert "claims rule: claims by customer within 1 hour &gt; 5 → refuse" in shown
    assert "would be refused: <strong>4</strong>" in shown


def test_limits_of_high_value_are_set_by_approvers():
    approver = browser("approver")
    approver.post(page("risklimit_add"), {"face_cents": "200", "depth_bp": "70", "reason": "house rule"})
    limit = RiskLimit.objects.get()
    assert (limit.face_cents, limit.depth_bp, limit.reason) == (20_000, 7_000, "house rule")
    assert "house rule" in approver.get(page("risklimit_changelist")).content.decode()
    assert browser("operator").get(page("risklimit_add")).status_code == 403
