"""How and to whom a template may be given out: one guard for every route, and activities that can only narrow it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.commands.campaigns import problems_of
from coupons.channels import WrongChannel
from coupons.commands.activities import keep_template
from coupons.commands.claim_campaigns import problems_of_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.code_pools import problems_of_code_pool
from coupons.commands.compensation_limits import set_compensation_limit
from coupons.commands.grants import problems_of_grant
from coupons.commands.issuing import coupon_of, issue
from coupons.commands.lotteries import problems_of_lottery
from coupons.commands.member_gifts import problems_of_member_gift
from coupons.commands.redeeming import redeem_code
from coupons.commands.templates import problems_of_template
from coupons.models import CompensationLimit, Coupon, IssueChannel, RiskCase, Route
from coupons.places import LINK
from coupons.refusals import ClaimOver, CodeRefused, CompensationRefused, NotForYou
from coupons.selectors.claimable import claimable
from coupons.selectors.compensations import templates_for_service
from coupons.selectors.rewards import reward_templates
from storefront.wording import claim_audience
from tests.factories import LONG_AGO, NOON
from tests.factories.audience import all_of, is_, make_level
from tests.factories.campaigns import make_customer, make_revision, make_user
from tests.factories.codes import codes_in, make_code_pool, make_pool_draft
from tests.factories.compensations import make_limit
from tests.factories.coupons import (
    approve_template,
    make_claim_campaign,
    make_claim_revision,
    make_coupon,
    make_template,
    make_template_revision,
)
from tests.factories.grants import make_grant_draft
from tests.factories.lotteries import ALWAYS, make_lottery_draft
from tests.factories.member_gifts import make_gift_draft, make_member_gift
from tests.factories.pricing import make_shop
from tests.factories.risk import make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01")]

DAY = timedelta(days=1)
ONLY_VIP = all_of(is_("level", "vip"))
FIXED = {"validity": "fixed", "valid_from": LONG_AGO}


def issued(template, channel):
    way = {"route": Route.CLAIM, "place": LINK} if channel == IssueChannel.LINK else {"route": channel}
    coupon = coupon_of(template.current_revision, customer_id=make_customer().pk, at=NOON, **way)
    with transaction.atomic():
        issue(coupon, at=NOON)
    return coupon.pk


def test_each_way_gives_out_only_what_names_it_and_none_named_is_every_one():
    free = make_template()
    assert all(issued(free, channel) for channel in IssueChannel.values)
    for named in ("claim", "link", "service"):
        template = make_template(issue_channels=[named])
        for channel in IssueChannel.values:
            if channel == named:
                assert issued(template, channel)
                continue
            with pytest.raises(ClaimOver, match="not handed out in this way"):
                issued(template, channel)
        assert template.coupons.count() == 1


def rewarding(template, *, ends_at):
    params = {"template": str(template.pk), "value_cents": 500}
    return make_revision("reward", params=params, layer="order", starts_at=NOON - DAY, ends_at=ends_at)


DRAFTS = {
    "claim": lambda template: (problems_of_claim_campaign, make_claim_revision(template=template)),
    "link": lambda template: (
        problems_of_claim_campaign,
        make_claim_revision(template=template, positions=[], by_link=True),
    ),
    "code": lambda template: (problems_of_code_pool, make_pool_draft(template=template)),
    "grant": lambda template: (problems_of_grant, make_grant_draft(make_customer().code, template=template)),
    "lottery": lambda template: (problems_of_lottery, make_lottery_draft((template, ALWAYS))),
    "gift": lambda template: (problems_of_member_gift, make_gift_draft(template=template)),
    "reward": lambda template: (
        problems_of,
        rewarding(template, ends_at=NOON + DAY),
    ),
}


@pytest.mark.req("CPN-02", "CPN-03")
@pytest.mark.parametrize("channel", DRAFTS)
def test_activity_is_handed_in_only_for_a_coupon_that_is_given_out_in_its_way(channel):
    def fields(channels):
        problems, draft = DRAFTS[channel](make_template(issue_channels=channels))
        return [problem.field for problem in problems(draft, NOON)]

    assert fields(["service"]) == ["template"]
    assert fields(["service", channel]) == []


def test_service_is_offered_and_given_only_coupons_that_it_may_give():
    limit, other = make_limit(make_template(issue_channels=["service"])), make_template(issue_channels=["code"])
    assert len(templates_for_service(limit)) == 1
    with pytest.raises(CompensationRefused) as refusal:
        set_compensation_limit(
            CompensationLimit(per_day=1, cents_per_day=1, alone_up_to_cents=1, reason="More"),
            templates=[other],
            by=make_user(groups=["approver"]),
            at=NOON,
        )
    assert (refusal.value.field, CompensationLimit.objects.count()) == ("templates", 1)


def test_template_keeps_the_ways_that_are_in_use_and_an_approval_looks_again():
    template = make_member_gift().template
    narrower = make_template_revision(template=template, issue_channels=["claim"])
    assert [problem.field for problem in problems_of_template(narrower, NOON)] == ["issue_channels"]
    assert problems_of_template(make_template_revision(template=template, issue_channels=["gift"]), NOON) == []
    approve_template(narrower)  # as if it had come in at the same moment
    with pytest.raises(WrongChannel), transaction.atomic():
        keep_template(template.pk, template.member_gifts.get().current_revision)


@pytest.mark.req("CPN-03")
def test_dates_leave_time_to_use_coupons_of_gifts_and_of_orders_from_either_side():
    template = make_template(valid_until=NOON + 9 * DAY, **FIXED)
    make_member_gift(template=template, ends_at=NOON + 5 * DAY)
    earlier = make_template_revision(template=template, valid_until=NOON + 5 * DAY, **FIXED)
    assert [problem.field for problem in problems_of_template(earlier, NOON)] == ["valid_until"]
    assert (
        problems_of_template(make_template_revision(template=template, valid_until=NOON + 6 * DAY, **FIXED), NOON) == []
    )

    earned = make_template(valid_until=NOON + 9 * DAY, **FIXED)
    late, on_time = rewarding(earned, ends_at=NOON + 9 * DAY), rewarding(earned, ends_at=NOON + 8 * DAY)
    assert [problem.field for problem in problems_of(late, NOON)] == ["ends_at"]
    assert problems_of(on_time, NOON) == []
    type(on_time).objects.filter(pk=on_time.pk).update(review="in_review")
    sooner = make_template_revision(template=earned, valid_until=NOON + 8 * DAY, **FIXED)
    assert [problem.field for problem in problems_of_template(sooner, NOON)] == ["valid_until"]


@pytest.mark.req("CPN-02", "CPN-05")
def test_audience_of_the_template_binds_every_way_whatever_the_activity_says():
    make_level("vip")
    template = make_template(audience=ONLY_VIP)
    campaign = make_claim_campaign(template=template)
    stranger, member = make_customer(), make_customer(level="vip")
    for customer, status in ((stranger, "not_for_you"), (member, "claim")):
        [ticket] = claimable(customer=customer, position="home", at=NOON)
        assert (ticket.status, claim_audience(ticket)) == (status, ["For Vip members only"])
    with pytest.raises(NotForYou):
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=stranger.pk, seq=1, at=NOON)
    with pytest.raises(NotForYou):
        make_coupon(template=template, customer=stranger)
    assert not Coupon.objects.exists()
    claim_coupon(claim_campaign_id=campaign.pk, customer_id=member.pk, seq=1, at=NOON)
    make_coupon(template=template, customer=member)
    assert [coupon.customer for coupon in Coupon.objects.all()] == [member] * 2


def fields_told(problems, draft):
    return [problem.field for problem in problems(draft, NOON)]


@pytest.mark.req("CPN-02", "CPN-05")
@pytest.mark.parametrize("channel", DRAFTS)
def test_what_promises_a_coupon_to_everybody_is_not_handed_in_for_one_that_some_never_get(channel):
    problems, draft = DRAFTS[channel](make_template(new_to="platform"))
    assert fields_told(problems, draft) == (["template"] if channel in ("code", "lottery", "reward") else [])


@pytest.mark.req("CPN-02", "CPN-05")
@pytest.mark.parametrize("channel", DRAFTS)
def test_template_gets_no_audience_while_it_is_promised_to_everybody(channel):
    template = make_template()
    _, draft = DRAFTS[channel](template)
    type(draft).objects.filter(pk=draft.pk).update(review="in_review")
    aimed = make_template_revision(template=template, new_to="platform")
    promised = channel in ("code", "lottery", "reward")
    assert fields_told(problems_of_template, aimed) == (["new_to"] if promised else [])


def test_better_coupon_of_a_reward_is_as_much_promised_as_the_first():
    make_level("vip")
    first, better = make_template(), make_template()
    params = {"template": str(first.pk), "value_cents": 500, "threshold_cents": 10_000}
    params["higher"] = [{"threshold_cents": 50_000, "template": str(better.pk), "value_cents": 900}]
    draft = make_revision("reward", params=params, layer="order", starts_at=NOON - DAY, ends_at=NOON + DAY)
    type(draft).objects.filter(pk=draft.pk).update(review="in_review")
    aimed = make_template_revision(template=better, audience=ONLY_VIP)
    assert fields_told(problems_of_template, aimed) == ["audience"]
    approve_template(aimed)  # as if it had come in at the same moment
    assert fields_told(problems_of, draft) == ["higher"]


@pytest.mark.req("CPN-05", "CPN-10")
@pytest.mark.parametrize("narrower", [{"new_to": "platform"}, {"issue_channels": ["claim"]}])
def test_code_of_a_coupon_that_is_given_to_others_or_otherwise_reads_and_costs_what_an_unknown_one_does(narrower):
    judged = make_profile(rule("phone_verified", "lt", 1, effect="hold")).code
    template = make_template(risk_profile=judged)
    codes = codes_in(make_code_pool(template=template))
    approve_template(make_template_revision(template=template, risk_profile=judged, **narrower))
    customer, answers = make_customer(first_paid_at=NOON, orders_placed=3), []
    for text in (codes[0], "ZZZZZZZZZZZZ", codes[0]):  # the first one reads what is in force, and it is remembered
        with CaptureQueriesContext(connection) as sent, pytest.raises(CodeRefused) as refusal:
            redeem_code(text=text, customer_id=customer.pk, address="10.0.0.1", at=NOON)
        answers.append((str(refusal.value), len(sent)))
    assert answers[1] == answers[2]
    assert not RiskCase.objects.exists()


def test_shop_gives_its_coupon_to_who_has_never_bought_there_and_the_platform_has_no_such_customers():
    own = make_template(shop=make_shop(), new_to="shop")
    assert make_coupon(template=own)
    nobodys = make_template_revision(new_to="shop")
    assert [problem.field for problem in problems_of_template(nobodys, NOON)] == ["new_to"]


def test_campaigns_are_offered_coupons_that_orders_may_earn():
    make_template(issue_channels=["claim"])
    earned = make_template(issue_channels=["reward", "claim"])
    assert [row.code for row in reward_templates()] == [str(earned.pk)]


@pytest.mark.parametrize("kind", ["claimcampaign", "codepool", "membergift"])
def test_form_of_an_activity_says_so_before_anything_is_saved(client, kind):
    client.force_login(make_user(groups=["operator"]))
    template = make_template(issue_channels=["service"])
    query = {"codepool": "?kind=single", "membergift": "?kind=sign_up"}.get(kind, "")
    page = client.post(reverse(f"admin:coupons_{kind}_add") + query, {"template": template.pk})
    assert "have its issue channels changed" in str(page.context["form"].errors["template"])
