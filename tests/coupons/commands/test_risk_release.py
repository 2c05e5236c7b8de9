"""What a release is good for, and what is never put before a person: claims that there is nothing for."""

from datetime import timedelta

import pytest

from coupons.commands.claim_links import take_links_back
from coupons.commands.claiming import claim_by_link, claim_coupon
from coupons.commands.risk import assess
from coupons.commands.risk_cases import CaseRefused, release_case, undo_case
from coupons.links import Link
from coupons.models import Coupon, RiskAttempt, RiskCase
from coupons.refusals import AllGone, ClaimOver, LinkRefused, NotOpenYet, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.rules import HOLD
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.risk import make_held_claim, make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]

HOUR = timedelta(hours=1)
YOUNG = rule("account_hours", "lt", 24, effect=HOLD)


def release(case=None, *, by=None, at=NOON):
    case = case or RiskCase.objects.get(state="waiting")
    return release_case(case_id=case.pk, by=by or make_user(groups=["service"]), at=at, reason="called and checked")


def test_a_release_lets_one_order_pass_however_often_it_is_tried_and_the_next_is_judged():
    profile = make_profile(rule("orders", "gt", 1, per="customer", minutes=60, effect=HOLD))
    who = make_customer().pk

    def order(key):
        about = {"key": f"order:1:{key}", "topic": f"order:1:{who}", "profiles": (profile.code,)}
        return assess(Attempt("order", "campaigns.campaign", 1, who, **about), at=NOON)

    order("first")
    with pytest.raises(UnderReview):
        order("held")
    case = release()
    for _ in range(2):
        order("tried again")
    with pytest.raises(UnderReview):
        order("one more")
    assert list(RiskCase.objects.order_by("pk").values_list("state", "passed_key")) == [
        ("released", "order:1:tried again"),
        ("waiting", ""),
    ]
    assert RiskAttempt.objects.filter(outcome="released").count() == 2
    release()
    order("one more")
    undo_case(case_id=case.pk, by=make_user(groups=["service"]), at=NOON, reason="the wrong one")
    case.refresh_from_db()
    assert (case.state, case.passed_key) == ("waiting", "")


def test_nobody_releases_their_own_attempt():
    case, agent = make_held_claim(), make_user(groups=["service"])
    type(case.customer).objects.filter(pk=case.customer_id).update(user=agent)
    with pytest.raises(CaseRefused, match="their own"):
        release(case, by=agent)
    assert not Coupon.objects.exists()
    assert release(case).coupon.customer == case.customer


@pytest.mark.parametrize("gone", ["", "taken back", "expired"])
def test_a_held_claim_is_released_while_its_link_is_good(gone):
    campaign = make_claim_campaign(positions=[], by_link=True, risk_profile=make_profile(YOUNG).code)
    link = Link(campaign.pk, campaign.link_generation, NOON + HOUR)
    with pytest.raises(UnderReview):
        claim_by_link(link=link, customer_id=make_customer(registered_at=NOON).pk, at=NOON)
    if gone == "taken back":
        take_links_back(claim_campaign_id=campaign.pk, by=make_user(), at=NOON, reason="posted in a forum")
    if not gone:
        assert release().coupon.place == "link"
        return
    with pytest.raises(LinkRefused):
        release(at=NOON + HOUR if gone == "expired" else NOON)
    assert (RiskCase.objects.get().state, Coupon.objects.count()) == ("waiting", 0)


def test_what_is_not_open_yet_or_gone_at_its_place_is_neither_judged_nor_counted():
    profile, newcomer = make_profile(YOUNG), make_customer(registered_at=NOON)
    soon = {"every": "day", "at": [["21:00", 2]], "carry": False}
    early = make_claim_campaign(starts_at=NOON - HOUR, releases=soon, risk_profile=profile.code)
    used_up = make_claim_campaign(place_rules={"home": {"units": 1}}, risk_profile=profile.code)
    claim_coupon(claim_campaign_id=used_up.pk, customer_id=make_customer().pk, seq=1, at=NOON, place="home")
    for campaign, refusal in ((early, NotOpenYet), (used_up, AllGone)):
        with pytest.raises(refusal):
            claim_coupon(claim_campaign_id=campaign.pk, customer_id=newcomer.pk, seq=1, at=NOON, place="home")
    assert not RiskAttempt.objects.filter(customer=newcomer).exists()


def test_after_a_release_is_undone_the_shop_says_that_the_coupon_was_recalled():
    case, by = make_held_claim(), make_user(groups=["service"])
    release_case(case_id=case.pk, by=by, at=NOON, reason="looked again")
    undo_case(case_id=case.pk, by=by, at=NOON, reason="looked again")
    with pytest.raises(ClaimOver, match="This coupon was recalled"):
        claim_coupon(claim_campaign_id=case.params["claim_campaign_id"], customer_id=case.customer_id, seq=1, at=NOON)
