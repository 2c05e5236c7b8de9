"""High value is derived: above the limits nothing is approved without a risk profile in force."""

import pytest

from campaigns.commands.campaigns import problems_of
from coupons.commands.claim_campaigns import problems_of_claim_campaign
from coupons.commands.code_pools import problems_of_code_pool
from coupons.commands.high_value import WrongLimit, set_risk_limit
from coupons.commands.risk_profiles import problems_of_profile
from coupons.commands.templates import problems_of_template
from coupons.models import RiskLimit
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user
from tests.factories.codes import make_pool_draft
from tests.factories.coupons import make_claim_revision, make_template, make_template_revision
from tests.factories.pricing import make_sku
from tests.factories.risk import make_profile, make_profile_revision, make_risk_limit, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]


def said(problems):
    return [str(problem) for problem in problems if problem.field == "risk_profile"]


def test_template_above_the_face_limit_needs_a_profile_and_one_at_the_limit_does_not():
    dear, fair = make_template_revision(face_cents=1_001), make_template_revision(face_cents=1_000)
    assert said(problems_of_template(dear, NOON)) == []
    make_risk_limit(face_cents=1_000)
    assert said(problems_of_template(fair, NOON)) == []
    assert len(said(problems_of_template(dear, NOON))) == 1
    dear.risk_profile = make_profile(rule("claims", "gt", 5, per="customer", minutes=60)).code
    assert said(problems_of_template(dear, NOON)) == []


def test_what_hands_a_dear_coupon_out_needs_a_profile_unless_the_template_has_one():
    profile = make_profile(rule("claims", "gt", 5, per="customer", minutes=60)).code
    dear, judged = make_template(face_cents=5_000), make_template(face_cents=5_000, risk_profile=profile)
    make_risk_limit(face_cents=1_000)
    assert len(said(problems_of_claim_campaign(make_claim_revision(template=dear), NOON))) == 1
    assert said(problems_of_claim_campaign(make_claim_revision(template=dear, risk_profile=profile), NOON)) == []
    assert said(problems_of_claim_campaign(make_claim_revision(template=judged), NOON)) == []
    assert len(said(problems_of_code_pool(make_pool_draft(template=dear), NOON))) == 1


def test_deep_campaign_needs_a_profile_and_it_has_to_be_in_force():
    make_sku()
    deep = make_revision("percent_off", params={"rate_bp": 6_000})
    make_risk_limit(depth_bp=5_000)
    assert len(said(problems_of(deep, NOON))) == 1
    draft = make_profile_revision(rule("orders", "gt", 1, per="customer", minutes=60)).profile
    deep.risk_profile = draft.code
    assert said(problems_of(deep, NOON)) == [f"risk_profile: The risk profile “{draft.code}” is not in force."]
    deep.risk_profile = make_profile(rule("orders", "gt", 1, per="customer", minutes=60)).code
    assert said(problems_of(deep, NOON)) == []


def test_limits_are_set_by_who_may_and_with_a_reason():
    with pytest.raises(WrongLimit, match="may not"):
        set_risk_limit(RiskLimit(reason="x"), by=make_user(groups=["operator"]), at=NOON)
    approver = make_user(groups=["approver"])
    with pytest.raises(WrongLimit, match="Say why"):
        set_risk_limit(RiskLimit(reason=" "), by=approver, at=NOON)
    assert set_risk_limit(RiskLimit(face_cents=1, reason="audit"), by=approver, at=NOON).pk


def test_profile_without_rules_or_with_points_for_nothing_is_not_handed_in():
    points = rule("claims", "gt", 5, per="customer", minutes=60, effect="points", points=10)
    found = [
        [problem.field for problem in problems_of_profile(revision, NOON)]
        for revision in (
            make_profile_revision(),
            make_profile_revision(points),
            make_profile_revision(points, hold_at=5),
        )
    ]
    assert found == [["rules"], ["hold_at"], []]
