from datetime import UTC, datetime, timedelta

import pytest

from coupons.commands import claiming
from coupons.commands.claiming import claim_coupon
from coupons.commands.granting import grant_coupon
from coupons.commands.issuing import coupon_of
from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import (
    ClaimCampaign,
    ClaimCount,
    Coupon,
    CouponEvent,
    CouponTemplate,
    IssueCount,
    TemplateBudget,
    TemplateBudgetEntry,
)
from coupons.refusals import AllGone, ClaimOver, GrantKeyUsed, LimitReached, NotForYou, NotOpenYet
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_claim_campaign, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03", "CPN-04")]


def claim(claim_campaign, customer=None, *, seq=1, at=NOON):
    customer = customer or make_customer()
    return claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customer.pk, seq=seq, at=at)


def nothing_was_issued():
    return (
        not Coupon.objects.exists()
        and not CouponEvent.objects.exists()
        and not TemplateBudgetEntry.objects.exists()
        and not IssueCount.objects.exists()
        and not ClaimCount.objects.exclude(used=0).exists()
        and not TemplateBudget.objects.exclude(issued=0, used_cents=0).exists()
    )


def test_claim_puts_a_coupon_into_the_wallet_and_counts_it_everywhere():
    customer, claim_campaign = make_customer(), make_claim_campaign(total=5)
    coupon = claim(claim_campaign, customer)
    coupon.refresh_from_db()
    assert (coupon.customer, coupon.state, coupon.route, coupon.seq) == (customer, CouponState.UNUSED, "claim", 1)
    assert coupon.revision == claim_campaign.template.current_revision
    assert coupon.reserved_cents == 1_000
    assert ClaimCount.objects.get(pk=claim_campaign.pk).used == 1
    purse = TemplateBudget.objects.get(pk=claim_campaign.template_id)
    assert (purse.issued, purse.used_cents) == (1, 1_000)
    assert IssueCount.objects.get().used == 1
    entry = TemplateBudgetEntry.objects.get()
    assert (entry.move, entry.amount_cents, entry.source) == ("reserve", 1_000, "issue")
    event = CouponEvent.objects.get()
    assert (event.coupon, event.move, event.target, event.at) == (coupon, "issue", "unused", NOON)


@pytest.mark.req("CPN-01")
def test_coupon_claimed_on_10_november_for_3_days_is_valid_through_13_november():
    claim_campaign = make_claim_campaign(template=make_template(valid_days=3))
    claimed_at = datetime(2026, 11, 10, 2, 30, tzinfo=UTC)
    coupon = claim(claim_campaign, at=claimed_at)
    assert coupon.valid_from == claimed_at
    assert coupon.valid_until == datetime(2026, 11, 13, 16, tzinfo=UTC)  # midnight in the site's time zone


def test_double_click_answers_with_the_same_coupon_and_counts_once():
    customer, claim_campaign = make_customer(), make_claim_campaign(per_customer=2)
    assert claim(claim_campaign, customer, seq=1) == claim(claim_campaign, customer, seq=1)
    assert ClaimCount.objects.get(pk=claim_campaign.pk).used == 1
    assert claim(claim_campaign, customer, seq=2) != claim(claim_campaign, customer, seq=1)
    assert Coupon.objects.count() == 2


def test_claim_answered_before_is_answered_again_after_the_end():
    customer, claim_campaign = make_customer(), make_claim_campaign(ends_at=NOON + timedelta(hours=1))
    coupon = claim(claim_campaign, customer)
    assert claim(claim_campaign, customer, at=NOON + timedelta(days=1)) == coupon


@pytest.mark.parametrize("seq", [-1, 0, 3, 10**30])
def test_number_of_a_claim_beyond_the_limit_is_refused(seq):
    with pytest.raises(LimitReached) as refusal:
        claim(make_claim_campaign(per_customer=2), seq=seq)
    assert (refusal.value.field, refusal.value.figures) == ("seq", {"limit": 2})
    assert nothing_was_issued()


def test_start_counts_and_end_does_not():
    day = timedelta(days=1)
    claim_campaign = make_claim_campaign(starts_at=NOON, ends_at=NOON + day)
    with pytest.raises(NotOpenYet) as refusal:
        claim(claim_campaign, at=NOON - timedelta(microseconds=1))
    assert refusal.value.figures == {"starts_at": NOON.isoformat()}
    with pytest.raises(ClaimOver):
        claim(claim_campaign, at=NOON + day)
    assert nothing_was_issued()
    claim(claim_campaign, at=NOON)
    claim(claim_campaign, at=NOON + day - timedelta(microseconds=1))
    assert Coupon.objects.count() == 2


@pytest.mark.parametrize("state", sorted(set(ReviewedState.values) - {"approved"}))
@pytest.mark.parametrize("model", [ClaimCampaign, CouponTemplate])
def test_nothing_is_claimed_from_what_is_not_approved(model, state):
    claim_campaign = make_claim_campaign()
    model.objects.update(state=state)
    with pytest.raises(ClaimOver):
        claim(claim_campaign)
    assert nothing_was_issued()


@pytest.mark.parametrize("unknown", [0, 10**30])
def test_claim_campaign_that_does_not_exist_is_refused(unknown):
    with pytest.raises(ClaimOver):
        claim_coupon(claim_campaign_id=unknown, customer_id=make_customer().pk, seq=1, at=NOON)


def test_claim_campaign_stopped_while_the_claim_runs_gives_nothing_out(monkeypatch):
    claim_campaign = make_claim_campaign()

    def coupon_of_what_was_stopped_meanwhile(*revision, **said):
        ClaimCampaign.objects.update(state=ReviewedState.STOPPED)
        return coupon_of(*revision, **said)

    monkeypatch.setattr(claiming, "coupon_of", coupon_of_what_was_stopped_meanwhile)
    with pytest.raises(ClaimOver):
        claim(claim_campaign)
    assert nothing_was_issued()


def test_total_of_the_claim_campaign_ends_the_claims():
    claim_campaign = make_claim_campaign(total=2)
    claim(claim_campaign)
    claim(claim_campaign)
    with pytest.raises(AllGone):
        claim(claim_campaign)
    assert Coupon.objects.count() == 2
    assert IssueCount.objects.count() == 2


@pytest.mark.req("CPN-02")
def test_number_and_budget_of_the_template_bind_every_route():
    by_number = make_template(issue_total=1)
    claim(make_claim_campaign(template=by_number, total=10))
    with pytest.raises(AllGone):
        claim(make_claim_campaign(template=by_number, total=10))
    with pytest.raises(AllGone):
        grant_coupon(template_id=by_number.pk, customer_id=make_customer().pk, grant_key="ticket 1", at=NOON)
    assert TemplateBudget.objects.get(pk=by_number.pk).issued == 1


@pytest.mark.req("CPN-02")
def test_budget_of_100_000_at_a_face_of_10_gives_number_10_000_and_no_more():
    template = make_template(budget_cents=10_000_000)
    claim_campaign = make_claim_campaign(template=template)
    TemplateBudget.objects.filter(pk=template.pk).update(issued=9_999, used_cents=9_999_000)
    claim(claim_campaign)
    with pytest.raises(AllGone):
        claim(claim_campaign)
    with pytest.raises(AllGone):
        grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="ticket 1", at=NOON)
    purse = TemplateBudget.objects.get(pk=template.pk)
    assert (purse.issued, purse.used_cents) == (10_000, 10_000_000)


@pytest.mark.req("CPN-01")
def test_customers_limit_of_the_template_counts_all_routes_together():
    template, customer = make_template(issue_per_customer=2), make_customer()
    claim(make_claim_campaign(template=template), customer)
    grant_coupon(template_id=template.pk, customer_id=customer.pk, grant_key="ticket 1", at=NOON)
    third = make_claim_campaign(template=template)
    with pytest.raises(LimitReached):
        claim(third, customer)
    assert Coupon.objects.count() == 2
    assert ClaimCount.objects.get(pk=third.pk).used == 0
    assert claim(third).customer != customer


@pytest.mark.parametrize(
    ("condition", "meant", "others"),
    [
        ({"code": "member_level", "params": {"levels": ["gold"]}}, {"level": "gold"}, {"level": "silver"}),
        ({"code": "nth_order", "params": {"order_number": 1}}, {"orders_placed": 0}, {"orders_placed": 1}),
        ({"code": "region", "params": {"regions": ["north"]}}, {"region": "north"}, {"region": "south"}),
    ],
)
def test_only_the_audience_may_claim(condition, meant, others):
    claim_campaign = make_claim_campaign(conditions=[condition])
    with pytest.raises(NotForYou) as refused:
        claim(claim_campaign, make_customer(**others))
    assert str(refused.value) in ("This coupon is meant for other customers.", "It does not apply in this region.")
    assert nothing_was_issued()
    assert claim(claim_campaign, make_customer(**meant)).pk


def test_coupon_that_would_have_ended_already_is_not_given_out():
    template = make_template(validity="fixed", valid_from=LONG_AGO, valid_until=NOON)
    with pytest.raises(ClaimOver):
        claim(make_claim_campaign(template=template))
    assert nothing_was_issued()


def test_grant_with_the_same_key_is_one_coupon():
    template, customer = make_template(), make_customer()
    keys = {"template_id": template.pk, "customer_id": customer.pk, "grant_key": "ticket 1", "at": NOON}
    coupon = grant_coupon(**keys)
    assert (coupon.route, coupon.claim_campaign) == ("grant", None)
    assert grant_coupon(**keys) == coupon
    assert TemplateBudget.objects.get().issued == 1


def test_grant_with_a_key_that_gave_something_else_is_refused():
    template = make_template()
    coupon = grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="ticket 1", at=NOON)
    for other in ({"customer_id": make_customer().pk}, {"template_id": make_template().pk}):
        keys = {"template_id": template.pk, "customer_id": coupon.customer_id, "grant_key": "ticket 1"} | other
        with pytest.raises(GrantKeyUsed) as refusal:
            grant_coupon(**keys, at=NOON)
        assert refusal.value.field == "grant_key"
    assert Coupon.objects.get() == coupon


def test_nothing_is_granted_from_a_template_that_is_not_approved():
    template = make_template(approved=False)
    with pytest.raises(ClaimOver):
        grant_coupon(template_id=template.pk, customer_id=make_customer().pk, grant_key="ticket 1", at=NOON)
    assert nothing_was_issued()
