"""Velocity limits against crowds, on real PostgreSQL; the guard is also switched off once."""

from collections import Counter
from functools import partial

import pytest

from coupons.commands import risk_cases
from coupons.commands.claiming import claim_coupon
from coupons.commands.risk_cases import release_case
from coupons.models import Coupon, RiskAttempt, RiskCase, RiskCaseMove
from coupons.selectors import risk
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.risk import from_device, make_held_claim, make_profile, rule
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-11")]


def crowd_on_one_device(size):
    """So many customers claim at once, all on the same device, where five claims an hour are allowed."""
    profile = make_profile(rule("claims", "gt", 5, per="device", minutes=60))
    campaign = make_claim_campaign(risk_profile=profile.code)
    works = [
        partial(
            claim_coupon,
            claim_campaign_id=campaign.pk,
            customer_id=make_customer().pk,
            seq=1,
            at=NOON,
            origin=from_device("one"),
        )
        for _ in range(size)
    ]
    return Counter(type(answer).__name__ for answer in all_at_once(works))


def test_of_64_claims_at_once_from_one_device_exactly_five_pass():
    assert crowd_on_one_device(64) == {"Coupon": 5, "NotNow": 59}
    assert Coupon.objects.count() == 5
    decisions = Counter(RiskAttempt.objects.values_list("outcome", flat=True))
    assert decisions == {"pass": 5, "block": 59}


def test_more_pass_where_nobody_waits_for_the_other(monkeypatch):
    monkeypatch.setattr(risk, "one_by_one", lambda attempt, counted_by: ("SELECT 1", []))
    assert crowd_on_one_device(32)["Coupon"] > 5


@pytest.mark.parametrize("locked", [True, False])
def test_eight_agents_who_release_at_once_give_one_coupon_and_only_one_of_them_has_decided(locked, monkeypatch):
    case, agents = make_held_claim(), [make_user(groups=["service"]) for _ in range(8)]
    if not locked:  # the negative control: everybody finds it waiting
        monkeypatch.setattr(risk_cases, "_locked", lambda case_id, by: RiskCase.objects.get(pk=case_id))
    office = {"case_id": case.pk, "at": NOON, "reason": "called"}
    works = [partial(release_case, by=agent, **office) for agent in agents]
    answers = Counter(type(answer).__name__ for answer in all_at_once(works))
    assert Coupon.objects.count() == 1  # the business key of the claim sees to that
    assert (RiskCaseMove.objects.count() == 1) is locked
    if locked:
        assert answers == {"RiskCase": 1, "CaseRefused": 7}
        assert audit() == []
