"""What becomes of held attempts and of decisions with time, and who hears of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.commands.staff_notices import mark_read
from campaigns.models import StaffNotice
from coupons import tasks
from coupons.commands.claiming import claim_coupon
from coupons.commands.risk_cases import CaseRefused, block_case, undo_case
from coupons.models import RiskAttempt, RiskCase
from coupons.refusals import UnderReview
from coupons.selectors.claimable import claimable
from pricing.clock import database_now
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.risk import from_device, make_held_claim

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]


def notices(user):
    found = StaffNotice.objects.filter(user=user).order_by("pk")
    return [(notice.figures["held"], notice.read_at is None) for notice in found]


def decide(verb, case, by):
    return verb(case_id=case.pk, by=by, at=database_now(), reason="looked at")


def test_who_decides_hears_of_held_attempts_in_one_notice_and_again_when_more_have_come():
    agent, finance = make_user(groups=["service"]), make_user(groups=["finance"])
    assert tasks.tell_of_held_attempts() == 0
    first, second = make_held_claim(), make_held_claim()
    assert tasks.tell_of_held_attempts() > 0  # approvers decide, too
    assert tasks.tell_of_held_attempts() == 0
    assert (notices(agent), notices(finance)) == ([(2, True)], [])
    third = make_held_claim()
    tasks.tell_of_held_attempts()
    assert notices(agent) == [(3, True)]  # not read yet: one notice with the new number
    mark_read(user=agent, at=NOON)
    tasks.tell_of_held_attempts()
    assert notices(agent) == [(3, False)]
    fourth = make_held_claim()
    tasks.tell_of_held_attempts()
    assert notices(agent) == [(3, False), (4, True)]
    for case in (first, second, third, fourth):
        decide(block_case, case, agent)
    tasks.tell_of_held_attempts()
    assert notices(agent) == [(3, False), (4, False)]


def test_who_has_read_of_the_newest_is_told_again_only_of_a_newer_one():
    agent, other = make_user(groups=["service"]), make_user(groups=["service"])
    make_held_claim()
    tasks.tell_of_held_attempts()
    mark_read(user=agent, at=NOON)
    second = make_held_claim()
    tasks.tell_of_held_attempts()
    assert (notices(agent), notices(other)) == ([(1, False), (2, True)], [(2, True)])
    mark_read(user=agent, at=NOON)
    decide(block_case, second, agent)
    assert tasks.tell_of_held_attempts() == 0
    assert (notices(agent), notices(other)) == ([(1, False), (2, False)], [(1, True)])
    decide(undo_case, second, agent)
    make_held_claim()
    tasks.tell_of_held_attempts()
    assert (notices(agent)[2:], notices(other)) == ([(3, True)], [(3, True)])


def test_what_nobody_decides_about_lapses_and_is_judged_anew(settings):
    case, now = make_held_claim(), database_now()
    RiskCase.objects.update(opened_at=now - timedelta(days=settings.RISK_CASE_DAYS) + timedelta(minutes=1))
    tasks.forget_risk_attempts()
    case.refresh_from_db()
    assert case.state == "waiting"
    RiskCase.objects.update(opened_at=now - timedelta(days=settings.RISK_CASE_DAYS))
    tasks.forget_risk_attempts()
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("lapsed", None)
    with pytest.raises(CaseRefused):
        decide(undo_case, case, make_user(groups=["service"]))
    with pytest.raises(UnderReview):
        claim_coupon(**case.params, at=NOON)
    assert list(RiskCase.objects.order_by("pk").values_list("state", flat=True)) == ["lapsed", "waiting"]


def test_decisions_are_forgotten_after_the_longest_window_and_of_those_of_people_only_where_it_came_from():
    now = database_now()
    then = now - timedelta(days=120)
    lapsed, decided = make_held_claim(at=then), make_held_claim(at=then, origin=from_device("d"))
    decide(block_case, decided, make_user(groups=["service"]))
    campaign = make_claim_campaign()
    for at in (then, now - timedelta(days=90)):
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=make_customer().pk, seq=1, at=at)
    assert (tasks.forget_risk_attempts(), tasks.forget_risk_attempts()) == (2, 0)
    kept = RiskAttempt.objects.order_by("at")
    assert [row.at for row in kept] == [then, now - timedelta(days=90)]
    assert (kept[0].device, kept[0].address, kept[0].outcome) == (None, None, "hold")
    assert list(RiskCase.objects.all()) == [decided]
    assert lapsed != decided


def test_old_decisions_lose_where_they_came_from_and_nothing_else():
    case = make_held_claim(at=database_now() - timedelta(days=120), origin=from_device("d"))
    for change in ({"score": 9}, {"device": b"somebody else"}, {"address": None, "device": None, "outcome": "pass"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RiskAttempt.objects.update(**change)
    assert RiskAttempt.objects.update(address=None, device=None) == 1
    assert case.attempt_id


def test_the_card_of_a_held_claim_says_that_it_is_checked_and_of_a_refused_one_that_it_is_not_possible():
    case, agent = make_held_claim(), make_user(groups=["service"])

    def status():
        return [row.status for row in claimable(customer=case.customer, position="coupon_centre", at=NOON)]

    assert status() == ["checked"]
    decide(block_case, case, agent)
    assert status() == ["refused"]
    decide(undo_case, case, agent)
    assert status() == ["checked"]
    RiskCase.objects.update(state="lapsed", decided_at=NOON)
    assert status() == ["claim"]
