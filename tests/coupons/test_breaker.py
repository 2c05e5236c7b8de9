"""Too many coupons within a minute: issuing pauses by itself, and goes on only when a person says so."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.commands.transitions import MoveRefused
from campaigns.models import StaffNotice
from coupons.commands import budget
from coupons.commands.claiming import claim_coupon
from coupons.commands.granting import grant_coupon
from coupons.commands.redeeming import redeem_code
from coupons.commands.templates import move_template
from coupons.models import Coupon, CouponTemplate, CouponTemplateTransition, TemplateBudget
from coupons.refusals import AllGone, CodeRefused, IssuedTooFast, NotGivenNow
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.codes import codes_in, make_code_pool
from tests.factories.coupons import make_claim_campaign, make_template
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.req("CPN-02")]

MINUTE = timedelta(minutes=1)
# The budget as it is counted without looking at the minute.
COUNT_WITHOUT_MINUTES = budget.COUNT_ISSUE.partition("  AND CASE WHEN")[0]


def crowd_claims(template):
    """64 people at once, on two activities of one template."""
    activities = [make_claim_campaign(template=template) for _ in range(2)]
    claims = [
        partial(claim_coupon, claim_campaign_id=activity.pk, customer_id=make_customer().pk, seq=1, at=NOON)
        for activity in activities * 32
    ]
    return Counter(type(answer).__name__ for answer in all_at_once(claims))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_64_parallel_claims_against_20_a_minute_are_exactly_20_and_then_it_is_paused():
    template, approver = make_template(most_per_minute=20), make_checker()
    answers = crowd_claims(template)
    assert answers["Coupon"] == Coupon.objects.count() == 20
    assert set(answers) <= {"Coupon", "IssuedTooFast", "ClaimOver", "NotGivenNow"}
    pause = CouponTemplateTransition.objects.get(move="pause")
    assert (pause.subject, pause.target, pause.by) == (template, "paused", None)
    assert pause.reason == "More than 20 coupons or ¥1,000,000 within one minute."
    told = StaffNotice.objects.values_list("user", flat=True)
    assert {template.created_by_id, approver.pk} <= set(told)
    assert len(told) == len(set(told))
    assert audit() == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_all_64_get_one_where_nobody_looks_at_the_minute(monkeypatch, settings):
    settings.COUPONS_PER_MINUTE = 20
    monkeypatch.setattr(budget, "COUNT_ISSUE", COUNT_WITHOUT_MINUTES)
    assert crowd_claims(make_template()) == {"Coupon": 64}
    assert CouponTemplate.objects.get().state == "approved"


def claim(template, at):
    campaign = make_claim_campaign(template=template)
    return claim_coupon(claim_campaign_id=campaign.pk, customer_id=make_customer().pk, seq=1, at=at)


@pytest.mark.django_db
def test_the_next_minute_begins_anew_and_a_claim_that_comes_late_counts_in_it():
    template = make_template(most_per_minute=2)
    for at in (NOON, NOON + MINUTE, NOON):
        claim(template, at)
    purse = TemplateBudget.objects.get(pk=template.pk)
    assert (purse.minute, purse.minute_issued, purse.minute_cents) == (NOON + MINUTE, 2, 2_000)
    with pytest.raises(IssuedTooFast):
        claim(template, NOON + MINUTE + timedelta(seconds=59))
    assert Coupon.objects.count() == 3


@pytest.mark.django_db
def test_money_of_a_minute_pauses_every_route(settings):
    settings.COUPON_CENTS_PER_MINUTE = 2_999
    template = make_template()
    code = codes_in(make_code_pool(template=template))[0]
    claim(template, NOON)
    grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="first", at=NOON)
    with pytest.raises(CodeRefused):
        redeem_code(text=code, customer_id=make_customer().pk, address="10.0.0.1", at=NOON)
    assert CouponTemplate.objects.get(pk=template.pk).state == "paused"
    with pytest.raises(NotGivenNow):
        grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="second", at=NOON + MINUTE)
    assert Coupon.objects.count() == 2


@pytest.mark.django_db
def test_a_person_lets_it_go_on_with_a_reason_and_a_minute_of_its_own():
    template, boss = make_template(most_per_minute=1), make_user()
    claim(template, NOON)
    with pytest.raises(IssuedTooFast):
        claim(template, NOON)
    with pytest.raises(MoveRefused) as refused:
        move_template(template_id=template.pk, move="resume", by=boss, at=NOON)
    assert refused.value.field == "reason"
    move_template(template_id=template.pk, move="resume", by=boss, at=NOON, reason="a rush, no bots")
    assert claim(template, NOON).pk
    move_template(template_id=template.pk, move="pause", by=boss, at=NOON, reason="a slip")
    move_template(template_id=template.pk, move="resume", by=boss, at=NOON)


@pytest.mark.django_db
def test_the_page_asks_for_the_reason_before_it_lets_issuing_go_on(client):
    template = make_template(most_per_minute=1)
    claim(template, NOON)
    with pytest.raises(IssuedTooFast):
        claim(template, NOON)
    client.force_login(make_user(groups=["approver"]))
    resume = reverse("admin:coupons_coupontemplate_act", args=[template.pk, "resume"])
    assert "say why it may go on" in client.post(resume, {"reason": " "}).content.decode()
    assert CouponTemplate.objects.get(pk=template.pk).state == "paused"
    client.post(resume, {"reason": "a rush, no bots"})
    assert CouponTemplate.objects.get(pk=template.pk).state == "approved"


@pytest.mark.django_db
def test_staff_read_the_reason_in_the_language_of_the_house_whatever_the_shopper_reads():
    template = make_template(most_per_minute=1)
    claim(template, NOON)
    with translation.override("zh-hans"), pytest.raises(IssuedTooFast):
        claim(template, NOON)
    reason = CouponTemplateTransition.objects.get(move="pause").reason
    assert reason == "More than 1 coupon or ¥1,000,000 within one minute."


@pytest.mark.django_db
def test_what_is_all_gone_is_no_reason_to_pause():
    template = make_template(issue_total=1, most_per_minute=1)
    claim(template, NOON)
    with pytest.raises(AllGone):
        grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="late", at=NOON)
    assert CouponTemplate.objects.get(pk=template.pk).state == "approved"
