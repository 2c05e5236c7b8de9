"""Coupons from service: for whom, how much a day, once per ticket, and above the limit by two people."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import AuditEntry, StaffNotice
from coupons.commands import compensating
from coupons.commands.compensating import approve_compensation, recall_compensation, refuse_compensation
from coupons.models import Compensation, CompensationDay, Coupon, CouponEvent, CouponTemplate, TemplateBudget
from coupons.refusals import AllGone, CompensationRefused
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.compensations import give, make_agent, make_compensation, make_limit
from tests.factories.coupons import approve_template, make_template, make_template_revision
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]


def large():
    """A coupon of 20.00, above what an agent gives alone."""
    return make_template(params={"off_cents": 2_000}, threshold_cents=None)


def test_asked_again_for_the_same_ticket_there_is_one_coupon_and_one_count():
    template, agent, customer = make_template(budget_cents=50_000), make_agent(), make_customer()
    make_limit(template)
    first = give(template, customer=customer, by=agent, ticket="sc-1  7")
    for spelling in (" SC-1 7 ", "ＳＣ－１　７", "SC-1\u200b 7"):
        again = give(template, customer=customer, by=make_agent(), ticket=spelling)
        assert (again.pk, again.coupon_id, again.by) == (first.pk, first.coupon_id, agent)
    coupon = Coupon.objects.get()
    assert (coupon.customer, coupon.route, coupon.grant_key) == (customer, "service", f"service:{first.pk}")
    assert list(CompensationDay.objects.values_list("agent", "used", "used_cents")) == [(agent.pk, 1, 1_000)]
    assert audit() == []


def test_another_customer_or_coupon_of_the_same_ticket_is_another_one():
    one, other = make_template(), make_template()
    make_limit(one, other)
    customer = make_customer()
    given = [give(one, customer=customer), give(other, customer=customer), give(one)]
    assert len({row.coupon_id for row in given}) == 3


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"ticket": "  "}, "ticket"), ({"ticket": "x" * 41}, "ticket"), ({"reason": " "}, "reason")],
)
def test_ticket_and_reason_are_needed(wish, field):
    template = make_template()
    make_limit(template)
    with pytest.raises(CompensationRefused) as refused:
        give(template, **wish)
    assert refused.value.field == field
    assert not Compensation.objects.exists()


def test_only_coupons_of_the_list_in_force_and_none_without_limits():
    old, new = make_template(), make_template()
    with pytest.raises(CompensationRefused):
        give(old)
    make_limit(old)
    make_limit(new)
    with pytest.raises(CompensationRefused) as refused:
        give(old)
    assert refused.value.field == "template"
    assert give(new).state == "given"


@pytest.mark.parametrize("link", ["login", "e-mail", "phone"])
def test_nobody_gives_a_coupon_to_themselves_and_the_try_is_in_the_trail(link):
    template, agent = make_template(), make_agent("selma", email="Selma@example.com")
    make_limit(template)
    if link == "phone":
        make_customer(user=make_user(email="selma@example.com"), phone="+86 138 0000 0001")
    customer = {
        "login": lambda: make_customer(user=agent),
        "e-mail": lambda: make_customer(user=make_user(email="selma@EXAMPLE.com")),
        "phone": lambda: make_customer(phone="13800000001"),
    }[link]()
    with pytest.raises(CompensationRefused, match="themselves"):
        give(template, customer=customer, by=agent)
    assert not Compensation.objects.exists()
    entry = AuditEntry.objects.get(outcome="refused")
    assert (entry.by, entry.act, entry.reason) == (agent, "give_compensation", "late parcel")


@pytest.mark.parametrize(
    ("limits", "most"), [({"per_day": 2}, 2), ({"cents_per_day": 3_500, "per_day": 9}, 3), ({"per_day": 0}, 0)]
)
def test_a_day_of_an_agent_is_capped_in_number_and_in_worth(limits, most):
    template, agent = make_template(), make_agent()
    make_limit(template, **limits)
    for _ in range(most):
        give(template, by=agent)
    with pytest.raises(CompensationRefused, match="used up"):
        give(template, by=agent)
    assert Coupon.objects.count() == most
    if most:
        assert give(template, by=agent, at=NOON.replace(day=NOON.day + 1)).state == "given"


def test_the_database_itself_refuses_a_day_above_its_cap_and_a_decision_by_the_agent():
    given = make_compensation()
    with pytest.raises(IntegrityError), transaction.atomic():
        CompensationDay.objects.update(used=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        CompensationDay.objects.update(used_cents=4_001)
    with pytest.raises(IntegrityError), transaction.atomic():
        Compensation.objects.update(decided_by=given.by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("guarded", [True, False])
def test_sixteen_windows_of_one_agent_give_three_coupons_where_the_statement_decides(guarded, monkeypatch):
    if not guarded:
        monkeypatch.setattr(compensating, "count_for_day", lambda *args, **kwargs: True)
    template, agent = make_template(), make_agent()
    make_limit(template, cents_per_day=99_000)
    all_at_once([partial(give, template, customer=make_customer(), by=agent) for _ in range(16)])
    assert Coupon.objects.count() == (3 if guarded else 16)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_one_ticket_in_twelve_windows_is_one_coupon():
    template, customer = make_template(), make_customer()
    make_limit(template)
    answers = all_at_once([partial(give, template, customer=customer, by=make_agent()) for _ in range(12)])
    assert len({answer.coupon_id for answer in answers}) == 1
    assert Coupon.objects.count() == 1


def test_above_the_limit_a_second_person_gives_it():
    template, agent, approver = large(), make_agent(), make_checker()
    make_limit(template)
    asked = give(template, by=agent)
    assert (asked.state, Coupon.objects.count()) == ("waiting", 0)
    assert StaffNotice.objects.filter(user=approver, key=f"compensation:{asked.pk}", read_at=None).exists()
    with pytest.raises(CompensationRefused):
        approve_compensation(compensation_id=asked.pk, by=agent, at=NOON)
    given = approve_compensation(compensation_id=asked.pk, by=approver, at=NOON)
    assert (given.state, given.decided_by, Coupon.objects.get()) == ("given", approver, given.coupon)
    assert not StaffNotice.objects.filter(key=f"compensation:{asked.pk}", read_at=None).exists()
    with pytest.raises(CompensationRefused):
        refuse_compensation(compensation_id=asked.pk, by=approver, at=NOON, remark="too late")


def test_a_coupon_of_which_nobody_has_said_the_worth_is_not_given_alone():
    template = make_template("percent_off", threshold_cents=None)
    make_limit(template)
    assert (give(template).state, Coupon.objects.count()) == ("waiting", 0)


def test_who_may_give_and_approve_does_not_do_both_for_one():
    template, both = large(), make_user(groups=["service", "approver"])
    make_limit(template)
    asked = give(template, by=both)
    with pytest.raises(CompensationRefused, match="second person"):
        approve_compensation(compensation_id=asked.pk, by=both, at=NOON)


def test_an_approver_does_not_let_a_coupon_pass_to_themselves_nor_one_that_grew():
    template, approver = large(), make_checker()
    make_limit(template)
    mine = give(template, customer=make_customer(user=approver))
    with pytest.raises(CompensationRefused, match="themselves"):
        approve_compensation(compensation_id=mine.pk, by=approver, at=NOON)
    other = give(template)
    Compensation.objects.filter(pk=other.pk).update(face_cents=1_500)
    with pytest.raises(CompensationRefused, match="worth more"):
        approve_compensation(compensation_id=other.pk, by=approver, at=NOON)
    assert not Coupon.objects.exists()


def test_a_refusal_needs_a_remark_and_leaves_no_coupon():
    template, approver = large(), make_checker()
    make_limit(template)
    asked = give(template)
    with pytest.raises(CompensationRefused):
        refuse_compensation(compensation_id=asked.pk, by=approver, at=NOON, remark=" ")
    refused = refuse_compensation(compensation_id=asked.pk, by=approver, at=NOON, remark="once was enough")
    assert (refused.state, refused.remark, Coupon.objects.count()) == ("refused", "once was enough", 0)


def test_what_the_template_does_not_allow_leaves_nothing_behind():
    template, agent = make_template(issue_total=1), make_agent()
    make_limit(template)
    give(template, by=agent)
    with pytest.raises(AllGone):
        give(template, by=agent)
    assert (Compensation.objects.count(), CompensationDay.objects.get().used) == (1, 1)


def test_a_mistaken_one_is_recalled_while_unused_and_its_budget_freed():
    given, agent = make_compensation(), make_agent()
    back = recall_compensation(compensation_id=given.pk, by=agent, at=NOON, reason="wrong person")
    assert (back.state, Coupon.objects.get().state) == ("recalled", "recalled")
    assert TemplateBudget.objects.get(pk=given.template_id).used_cents == 0
    event = CouponEvent.objects.get(move="recall")
    assert (event.by, event.reason, event.order_key) == (agent, "wrong person", None)
    assert CompensationDay.objects.get().used == 1
    with pytest.raises(CompensationRefused):
        recall_compensation(compensation_id=given.pk, by=agent, at=NOON, reason="again")
    assert audit() == []


def test_a_used_one_stays_and_others_may_do_nothing_of_this():
    given = make_compensation()
    Coupon.objects.update(state="locked", order_key="0" * 31 + "1", lock_deadline=NOON)
    with pytest.raises(CompensationRefused, match="used"):
        recall_compensation(compensation_id=given.pk, by=make_agent(), at=NOON, reason="wrong person")
    for group in ("operator", "finance", "approver"):
        with pytest.raises(CompensationRefused):
            give(given.template, by=make_user(groups=[group]))
    with pytest.raises(CompensationRefused):
        recall_compensation(compensation_id=given.pk, by=make_user(groups=["finance"]), at=NOON, reason="no")


def test_a_template_that_changes_meanwhile_gives_no_agent_more_than_was_looked_at(monkeypatch):
    template = make_template()
    make_limit(template)
    stale = CouponTemplate.objects.select_related("current_revision").get(pk=template.pk)
    approve_template(make_template_revision(template=template, params={"off_cents": 50_000}, threshold_cents=60_000))
    monkeypatch.setattr(compensating, "_template_for_service", lambda *looked_at: stale)
    with pytest.raises(CompensationRefused):
        give(stale)
    assert [table.objects.count() for table in (Coupon, Compensation, CompensationDay)] == [0, 0, 0]


def test_limits_of_service_coupons_are_in_the_trail_with_what_they_were():
    make_limit(make_template())
    limit = make_limit(make_template(), per_day=5, reason="Christmas")
    entry = AuditEntry.objects.get(object_id=limit.pk, act="set_compensation_limit")
    assert (entry.by, entry.reason) == (limit.by, "Christmas")
    assert entry.changes == [{"field": "per_day", "before": 3, "after": 5}]
