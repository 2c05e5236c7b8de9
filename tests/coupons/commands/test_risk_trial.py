"""A profile on the attempts of the past, as a job does it."""

from collections import Counter
from datetime import timedelta

import pytest

from coupons.commands.claiming import claim_coupon
from coupons.commands.risk import assess
from coupons.commands.risk_trial import try_profile
from coupons.models import RiskAttempt
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
