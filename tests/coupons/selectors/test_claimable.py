from datetime import timedelta

import pytest

from campaigns.commands.audience import freeze_audience
from campaigns.models import Customer
from coupons.commands.claiming import claim_coupon
from coupons.commands.granting import grant_coupon
from coupons.models import ClaimCampaign, CouponTemplate
from coupons.refusals import NotForYou
from coupons.selectors.claimable import claimable, claimable_in
from tests.factories import LONG_AGO, NOON
from tests.factories.audience import all_of, is_, make_tag
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03", "CPN-04")]

DAY = timedelta(days=1)


def shown(customer=None, *, position="home", at=NOON):
    return claimable(customer=customer, position=position, at=at)


def only(customer=None, **where):
    (item,) = shown(customer, **where)
    return item


def claim(claim_campaign, customer, seq=1):
    return claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customer.pk, seq=seq, at=NOON)


def test_member_may_claim_and_guest_is_asked_to_sign_in():
    claim_campaign = make_claim_campaign(total=5)
    item = only(make_customer())
    assert (item.claim_campaign, item.status, item.seq, item.left) == (claim_campaign, "claim", 1, 5)
    assert item.template_revision == claim_campaign.template.current_revision
    assert only().status == "sign_in"


def test_button_carries_the_number_of_the_next_claim_until_all_are_claimed():
    customer, claim_campaign = make_customer(), make_claim_campaign(per_customer=2)
    claim(claim_campaign, customer)
    assert (only(customer).status, only(customer).seq) == ("claim", 2)
    claim(claim_campaign, customer, seq=2)
    assert only(customer).status == "claimed"
    assert only(make_customer()).status == "claim"


def test_customers_limit_of_the_template_shows_as_claimed():
    customer, template = make_customer(), make_template(issue_per_customer=1)
    make_claim_campaign(template=template)
    grant_coupon(template_id=template.pk, customer_id=customer.pk, grant_key="ticket 1", at=NOON)
    assert only(customer).status == "claimed"


@pytest.mark.parametrize(
    ("template", "claiming"),
    [({}, {"total": 1}), ({"issue_total": 1}, {}), ({"budget_cents": 1_999}, {}), ({"issue_total": 1}, {"total": 9})],
)
def test_tightest_limit_says_when_all_are_gone(template, claiming):
    claim_campaign = make_claim_campaign(template=make_template(**template), **claiming)
    assert only().left == 1
    buyer = make_customer()
    claim(claim_campaign, buyer)
    assert (only().status, only().left) == ("all_gone", 0)
    assert only(buyer).status == "claimed"


def test_nothing_limits_a_campaign_without_totals():
    make_claim_campaign()
    assert only().left is None


def test_claim_campaign_opens_at_its_start_and_is_gone_at_its_end():
    make_claim_campaign(starts_at=NOON, ends_at=NOON + DAY)
    before = only(make_customer(), at=NOON - DAY)
    assert (before.status, before.opens_at) == ("opens", NOON)
    assert only(make_customer(), at=NOON).status == "claim"
    assert only(make_customer(), at=NOON).opens_at is None
    assert shown(at=NOON + DAY) == []


def test_only_the_positions_of_a_claim_campaign_show_it():
    make_claim_campaign(positions=["cart"])
    assert shown(position="home") == []
    assert only(position="cart").status == "sign_in"


def test_audience_is_told_apart():
    make_claim_campaign(conditions=[{"code": "member_level", "params": {"levels": ["gold"]}}])
    assert only(make_customer(level="gold")).status == "claim"
    assert only(make_customer()).status == "not_for_you"


def test_button_and_claim_judge_trees_new_customers_and_frozen_audiences_alike():
    gold, silver, tagged = make_customer(level="gold"), make_customer(level="silver"), make_customer()
    make_tag("tea", tagged)
    tree = {"any": [is_("level", "gold"), all_of(is_("tag", "tea"), {"none": [is_("level", "silver")]})]}
    campaigns = [
        make_claim_campaign(audience=tree),
        make_claim_campaign(new_to="platform"),
        make_claim_campaign(audience=tree, audience_frozen=True),
    ]
    freeze_audience(campaigns[2].current_revision, at=NOON)
    make_tag("tea-again", silver)
    Customer.objects.filter(pk=silver.pk).update(level="gold")  # too late for the frozen one
    make_paid_order(customer=gold)
    expected = {gold: [True, False, True], silver: [True, True, False], tagged: [True, True, True]}
    for customer, may in expected.items():
        customer.refresh_from_db()
        status = {item.claim_campaign: item.status for item in shown(customer)}
        assert [status[campaign] == "claim" for campaign in campaigns] == may
        for campaign, allowed in zip(campaigns, may, strict=True):
            if allowed:
                assert claim(campaign, customer).pk
            else:
                with pytest.raises(NotForYou):
                    claim(campaign, customer)


def test_audience_that_cannot_be_read_means_nobody():
    campaign = make_claim_campaign(audience={"all": [is_("unknown", "x")]})
    assert only(make_customer()).status == "not_for_you"
    with pytest.raises(NotForYou):
        claim(campaign, make_customer())


@pytest.mark.parametrize("model", [ClaimCampaign, CouponTemplate])
@pytest.mark.parametrize("state", ["draft", "in_review", "rejected", "paused", "stopped"])
def test_nothing_shows_that_is_not_approved(model, state):
    make_claim_campaign()
    model.objects.update(state=state)
    assert shown() == []


def test_coupons_that_have_ended_are_not_offered():
    make_claim_campaign(template=make_template(validity="fixed", valid_from=LONG_AGO, valid_until=NOON))
    assert shown() == []
    assert only(at=NOON - DAY).status == "sign_in"


def test_what_can_be_claimed_comes_first():
    customer = make_customer()
    make_claim_campaign(total=0)
    claimed = make_claim_campaign()
    make_claim_campaign(starts_at=NOON + DAY)
    make_claim_campaign()
    claim(claimed, customer)
    assert [item.status for item in shown(customer)] == ["claim", "claimed", "opens", "all_gone"]


def test_number_of_queries_does_not_grow(django_assert_num_queries):
    for _ in range(3):
        make_claim_campaign()
    customer = make_customer()
    with django_assert_num_queries(4):
        shown(customer)
    for _ in range(3):
        make_claim_campaign(audience=all_of(is_("tag", "tea"), is_("list", "1")), new_to="platform")
    with django_assert_num_queries(7):
        shown(customer)


def test_several_positions_are_asked_for_together_and_each_keeps_its_own_number(django_assert_num_queries):
    customer = make_customer()
    scarce = make_claim_campaign(positions=["home", "product"], place_rules={"home": {"units": 1}}, total=5)
    make_claim_campaign(positions=["cart"])
    claim_coupon(claim_campaign_id=scarce.pk, customer_id=make_customer().pk, seq=1, at=NOON, place="home")
    with django_assert_num_queries(5):
        found = claimable_in(["home", "product", "coupon_centre"], customer=customer, at=NOON)
    told = {place: [(row.claim_campaign, row.status, row.left) for row in rows] for place, rows in found.items()}
    assert told == {"home": [(scarce, "all_gone", 0)], "product": [(scarce, "claim", 4)], "coupon_centre": []}
