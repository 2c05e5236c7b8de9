"""Risk control of what customers are given: gifts, grants, service coupons, rewards of orders."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.commands.review import NotReady
from coupons import jobs
from coupons.commands import grant_giving
from coupons.commands.gift_giving import give_what_is_due, note_sign_up, try_again
from coupons.commands.risk_blocks import Blocked, add_block, lift_block
from coupons.commands.risk_cases import CaseRefused, block_case, release_case, undo_case
from coupons.commands.risk_tidying import lapse_cases
from coupons.models import Coupon, GiftDue, GrantResult, RiskAttempt, RiskCase
from coupons.refusals import CompensationRefused
from pricing import tasks
from pricing.clock import database_now
from pricing.commands.jobs import take_up
from pricing.models import Job
from promo_site.audit.run import audit
from storefront.models import OrderReward
from storefront.tasks import settle_rewards
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.compensations import give, make_limit
from tests.factories.coupons import make_template, used
from tests.factories.grants import make_grant, make_grant_draft
from tests.factories.member_gifts import make_member_gift
from tests.factories.pricing import make_sku
from tests.factories.risk import from_device, make_profile, make_risk_limit, rule
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]

NO_PHONE = rule("phone_verified", "lt", 1, effect="hold")
REASON = "called and checked"
HELD = "Held by risk control: it waits among the held attempts."
LAPSED = "Nobody decided in time: try again by hand."
BLOCKED = "Refused by risk control."


def agent():
    return make_user(groups=["service"])


def decide(verb, case):
    return verb(case_id=case.pk, by=agent(), at=database_now(), reason=REASON)


def judged(*rules, **fields):
    return make_template(risk_profile=make_profile(*(rules or [NO_PHONE])).code, **fields)


def refusals(of):
    return list(of.objects.order_by("pk").values_list("refused", flat=True))


def test_a_held_gift_waits_for_a_person_and_is_given_by_the_release():
    make_member_gift(template=judged())
    customer = make_customer()
    note_sign_up(customer_id=customer.pk, at=NOON)
    assert (give_what_is_due(at=NOON), give_what_is_due(at=NOON)) == (0, 0)
    assert (refusals(GiftDue), RiskAttempt.objects.count()) == ([HELD], 1)
    case = RiskCase.objects.get()
    assert decide(release_case, case).coupon == Coupon.objects.get(customer=customer, route="gift")
    assert refusals(GiftDue) == [""]
    assert audit() == []
    decide(undo_case, case)
    assert Coupon.objects.get().state == "recalled"


def test_a_refused_gift_stays_refused_until_the_decision_is_undone():
    gift = make_member_gift(template=judged())
    note_sign_up(customer_id=make_customer().pk, at=NOON)
    give_what_is_due(at=NOON)
    case = RiskCase.objects.get()
    for verb, said in ((block_case, BLOCKED), (undo_case, HELD)):
        decide(verb, case)
        assert refusals(GiftDue) == [said]
        try_again(gift_id=gift.pk)
        assert give_what_is_due(at=NOON) == 0
        assert refusals(GiftDue) == [said]
    assert decide(release_case, case).coupon


def test_what_was_held_until_it_lapsed_says_so_and_is_judged_anew_when_somebody_tries_again(settings):
    gift = make_member_gift(template=judged())
    note_sign_up(customer_id=make_customer("A").pk, at=NOON)
    give_what_is_due(at=NOON)
    make_grant("A", template=judged())
    assert (refusals(GiftDue), refusals(GrantResult)) == ([HELD], [HELD])
    late = database_now() + timedelta(days=settings.RISK_CASE_DAYS)
    assert lapse_cases(at=late) == 2
    assert (refusals(GiftDue), refusals(GrantResult)) == ([LAPSED], [LAPSED])
    assert (try_again(gift_id=gift.pk), give_what_is_due(at=NOON)) == (1, 0)
    assert (refusals(GiftDue), RiskCase.objects.filter(state="waiting", act="gift").count()) == ([HELD], 1)


def test_two_gifts_for_signing_up_on_one_device_are_all_there_is():
    make_member_gift(template=judged(rule("gifts", "gt", 2, per="device", minutes=60, acts=("gift",))))
    for _ in range(3):
        note_sign_up(customer_id=make_customer().pk, at=NOON, origin=from_device("farm"))
    assert give_what_is_due(at=NOON) == 2
    assert sorted(refusals(GiftDue)) == ["", "", BLOCKED]
    kept = GiftDue.objects.filter(coupon__isnull=False, address=None, device=None)
    assert kept.count() == 2  # where they came from stands with the decisions, for as long as these are kept


def test_what_waits_for_room_is_judged_and_counted_once():
    template = judged(most_per_minute=1)
    make_member_gift(template=template)
    phone = {"phone_verified_at": NOON}
    for number in range(2):
        note_sign_up(customer_id=make_customer(phone=f"1380000000{number}", **phone).pk, at=NOON)
    for _ in range(3):
        give_what_is_due(at=NOON)
    assert (Coupon.objects.count(), RiskAttempt.objects.count()) == (1, 2)


def test_a_held_row_of_a_grant_gives_all_its_coupons_when_released_and_all_come_back():
    template = judged()
    make_customer("A"), make_customer("B", phone="13800000001", phone_verified_at=NOON)
    grant = make_grant("A,3\nB", template=template)
    assert (Coupon.objects.count(), refusals(GrantResult)) == (1, [HELD, ""])
    case = RiskCase.objects.get()
    for verb, said in ((block_case, BLOCKED), (undo_case, HELD), (release_case, "")):
        decide(verb, case)
        assert refusals(GrantResult) == [said, ""]
    tasks.work_off_jobs()
    assert Coupon.objects.filter(customer__code="A", grant_key__startswith=f"grant:{grant.pk}:").count() == 3
    assert (refusals(GrantResult), audit()) == (["", ""], [])
    decide(undo_case, case)
    assert set(Coupon.objects.filter(customer__code="A").values_list("state", flat=True)) == {"recalled"}
    with pytest.raises(CaseRefused, match="recalled"):
        decide(release_case, case)


def test_a_row_released_while_its_grant_gives_way_gets_all_its_coupons(monkeypatch):
    monkeypatch.setattr(grant_giving, "TURN_SECONDS", -1)  # a turn is one row
    make_customer("A"), make_customer("B", phone="13800000001", phone_verified_at=NOON)
    make_grant("A,3\nB", template=judged(), given=False)
    tasks.run(take_up(at=database_now()))
    assert (Job.objects.get().state, refusals(GrantResult)) == ("waiting", [HELD])
    decide(release_case, RiskCase.objects.get())
    for _ in range(5):
        Job.objects.filter(state="waiting").update(not_before=LONG_AGO)
        tasks.work_off_jobs()
    assert Coupon.objects.filter(customer__code="A").count() == 3
    assert (Job.objects.get().state, Job.objects.get().done) == ("done", 2)


def test_a_row_released_when_its_job_has_looked_at_all_gets_all_its_coupons(monkeypatch):
    def release(*_told, at):
        if RiskCase.objects.get().state == "waiting":
            decide(release_case, RiskCase.objects.get())

    make_customer("A")
    make_grant("A,3", template=judged(), given=False)
    monkeypatch.setattr(jobs, "tell_of_grant", release)  # the last thing that the job does
    tasks.work_off_jobs()
    assert Coupon.objects.filter(customer__code="A").count() == 3
    assert list(Job.objects.values_list("state", "attempt")) == [("done", 2)]


def test_one_used_coupon_of_a_released_row_keeps_the_others():
    make_customer("A")
    make_grant("A,2", template=judged())
    case = RiskCase.objects.get()
    decide(release_case, case)
    tasks.work_off_jobs()
    used(Coupon.objects.order_by("pk").last())
    with pytest.raises(CaseRefused, match="used"):
        decide(undo_case, case)
    assert Coupon.objects.filter(state="unused").count() == 1


def test_who_is_on_a_block_list_gets_no_gift_no_grant_no_service_coupon_and_no_reward():
    customer, template = make_customer("BAD"), make_template()
    row = add_block(Blocked("customer", "BAD"), by=agent(), at=NOON, reason="sold coupons")
    gift = make_member_gift(template=template)
    note_sign_up(customer_id=customer.pk, at=NOON)
    give_what_is_due(at=NOON)
    make_grant("BAD", template=template)
    assert (refusals(GiftDue), refusals(GrantResult)) == ([BLOCKED], [BLOCKED])
    make_limit(template)
    with pytest.raises(CompensationRefused, match="block list"):
        give(template, customer=customer)
    make_campaign("reward", params={"template": str(template.pk), "value_cents": 500}, layer="order")
    make_paid_order({make_sku(): 1}, customer=customer)
    settle_rewards()
    assert OrderReward.objects.get().refused == BLOCKED
    assert not Coupon.objects.exists()
    lift_block(block_id=row.pk, by=agent(), at=NOON, reason="a mistake")
    try_again(gift_id=gift.pk)
    assert give_what_is_due(at=NOON) == 1


def test_high_value_is_a_gift_or_a_grant_only_where_the_profile_has_a_rule_for_it():
    make_risk_limit(face_cents=999)
    make_customer("A")
    for acts, fields in ((("claim",), ["template", "template"]), (("gift", "grant"), [])):
        template = judged(rule("phone_verified", "lt", 1, effect="hold", acts=acts))
        refused = []
        for make in (lambda t: make_member_gift(template=t), lambda t: make_grant("A", template=t, given=False)):
            try:
                make(template)
            except NotReady as refusal:
                refused.append(refusal.field)
        assert refused == fields


@pytest.mark.req("CPN-05")
def test_the_database_lets_no_list_of_a_grant_grow():
    make_customer("A"), make_customer("B")
    make_grant_draft("A")
    statement = """
        INSERT INTO coupons_grantrow (of_id, line, reference, customer_id, number)
        SELECT list.id, 99, 'B', customer.id, 1 FROM coupons_grantlist list, campaigns_customer customer
        WHERE customer.code = 'B'
    """
    with pytest.raises(IntegrityError, match="as many rows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
