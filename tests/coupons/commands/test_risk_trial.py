"""A profile on the attempts of the past, as a job does it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from coupons.commands.claiming import claim_coupon
from coupons.commands.risk import assess
from coupons.commands.risk_blocks import Blocked, add_block
from coupons.commands.risk_trial import try_profile
from coupons.models import RiskAttempt
from coupons.refusals import NotNow
from coupons.risk.attempt import Attempt
from pricing import tasks
from pricing.clock import database_now
from pricing.commands.jobs import ask_for
from pricing.models import Job
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.risk import from_device, make_profile, make_profile_revision, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]

FAST = rule("claims", "gt", 2, per="device", minutes=60)
YOUNG = rule("account_hours", "lt", 24, effect="points", points=10)


def claims_of_the_past(now):
    """Four claims on one device, half an hour apart, and one of a newcomer with a risky number; one is too old."""
    campaign, newcomer = make_claim_campaign(), make_customer(code="=1+1", registered_at=now - timedelta(hours=2))
    for minutes in (80, 60, 40, 35):
        customer = make_customer(registered_at=now - timedelta(days=400))
        _claim(campaign, customer, at=now - timedelta(minutes=minutes), origin=from_device("one"))
    _claim(campaign, newcomer, at=now - timedelta(minutes=5), origin=from_device("two"))
    _claim(campaign, make_customer(), at=now - timedelta(days=3), origin=from_device("two"))


def _claim(campaign, customer, **where_and_when):
    claim_coupon(claim_campaign_id=campaign.pk, customer_id=customer.pk, seq=1, **where_and_when)


def test_trial_says_rule_by_rule_what_would_have_been_held_and_refused_and_changes_nothing():
    now = database_now()
    claims_of_the_past(now)
    before = list(RiskAttempt.objects.values())
    revision = make_profile_revision(FAST, YOUNG, hold_at=10)
    params = {"profile": revision.profile_id, "revision": revision.pk, "days": 2}
    ask_for("try_risk_profile", params=params, by=make_user(), at=now, subject=f"risk_profile:{revision.profile_id}")
    tasks.work_off_jobs()
    job = Job.objects.get(kind="try_risk_profile")
    result = job.result
    assert (job.state, result["attempts"], result["hold"], result["block"]) == ("done", 5, 1, 2)
    assert [(row["name"], row["hits"], row["hold"], row["block"]) for row in result["rules"]] == [
        ("claims rule", 2, 0, 2),
        ("account_hours rule", 1, 1, 0),
    ]
    assert Counter(line["outcome"] for line in result["shown"]) == {"block": 2, "hold": 1}
    assert "'=1+1,hold,10,account_hours rule (1)" in job.output
    assert list(RiskAttempt.objects.values()) == before


def test_trial_judges_a_guest_of_the_past_as_the_newest_account():
    now = database_now()
    guest = Attempt("order", "campaigns.campaign", 1, None, "order:1:b", profiles=(make_profile(FAST).code,))
    assess(guest, at=now)
    revision = make_profile_revision(YOUNG, hold_at=10)
    since = now - timedelta(days=1)
    result, _ = try_profile(revision, since=since, until=now, progress=lambda *_, **__: None)
    assert (result["attempts"], result["hold"]) == (1, 1)


HOUR = timedelta(hours=1)


def judged(profile, customer, *, at, key):
    """Let risk control look at a claim on the device that all share; return whether it passes."""
    attempt = Attempt("claim", "coupons.claimcampaign", 1, customer.pk, key, origin=from_device("one"))
    try:
        assess(replace(attempt, profiles=(profile.code,)), at=at)
    except NotNow:
        return False
    return True


def tried(profile, now):
    """Return how many attempts of the last day a trial of the profile in force looks at, and would have refused."""
    result, _ = try_profile(profile.current_revision, since=now - 24 * HOUR, until=now, progress=lambda *_, **__: None)
    return result["attempts"], result["block"]


def test_trial_counts_what_came_before_its_period_as_far_back_as_rules_do():
    now, customer = database_now(), make_customer()
    profile = make_profile(rule("claims", "gt", 2, per="device", minutes=10 * 24 * 60))
    claims = [judged(profile, customer, at=now - hours * HOUR, key=f"{hours}") for hours in (50, 40, 5)]
    assert claims == [True, True, False]
    assert tried(profile, now) == (1, 1)


def test_trial_takes_an_account_that_has_grown_old_for_an_old_one_as_life_does():
    now = database_now()
    profile = make_profile(rule("new_accounts_bp", "ge", 5_000, per="device", minutes=60))
    first, second, third = (make_customer(registered_at=now - 1_000 * HOUR) for _ in range(3))
    newcomer = make_customer(registered_at=now - HOUR)
    grown = make_customer(registered_at=now - 168.5 * HOUR)  # a week and half an hour
    story = ((first, 61), (second, 61), (third, 50), (grown, 40), (newcomer, 35), (grown, 0))
    for customer, minutes in story:
        assert judged(profile, customer, at=now - timedelta(minutes=minutes), key=f"{customer.pk}-{minutes}")
    assert tried(profile, now) == (6, 0)


def test_trial_leaves_out_whom_a_block_list_refused():
    now = database_now()
    profile = make_profile(rule("accounts", "gt", 2, per="device", minutes=60))
    blocked = [make_customer() for _ in range(2)]
    office = {"by": make_user(groups=["approver"]), "at": now - 9 * HOUR, "reason": "sells coupons"}
    for customer in blocked:
        add_block(Blocked("customer", customer.code), **office)
    claims = [
        judged(profile, customer, at=now - HOUR / 2, key=customer.code) for customer in (*blocked, make_customer())
    ]
    assert claims == [False, False, True]
    assert tried(profile, now) == (1, 0)
