"""Real threads on real PostgreSQL. Each guard is also switched off once, to show that it is what decides."""

import os
from collections import Counter
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError

from coupons.commands import claim_counting, issuing, redemption
from coupons.commands.claim_campaigns import move_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.redemption import lock_coupons, release_coupons, use_coupons
from coupons.commands.templates import approve_template, submit_template
from coupons.lifecycle import COUPON_MOVES
from coupons.models import ClaimCampaignTransition, Coupon, CouponEvent, TemplateBudget
from coupons.refusals import CouponUnavailable, LockLost
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template, make_template_revision
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

LATER = NOON + timedelta(minutes=15)
REPEATS = int(os.environ.get("REPEATS", "3"))  # `make races` says 20


def kinds(answers):
    return Counter(type(answer).__name__ for answer in answers)


def disagreements():
    """What the audit of all ledgers finds; orders are only keys here, so what it says about them is left out."""
    return [found for found in audit() if found.check != "coupon_orders"]


def crowd_claims(claim_campaign, customers, *, seqs=(1,)):
    return all_at_once(
        [
            partial(
                claim_coupon,
                claim_campaign_id=claim_campaign.pk,
                customer_id=customer.pk,
                seq=seqs[number % len(seqs)],
                at=NOON,
            )
            for number, customer in enumerate(customers)
        ]
    )


# Read, check, write: the code that oversells. All that the UPDATE knows is what was read before it waited.
COUNT_CLAIM_AS_USUAL = """
WITH seen AS MATERIALIZED (SELECT * FROM coupons_claimcount WHERE claim_campaign_id = %s)
UPDATE coupons_claimcount count SET used = seen.used + 1 FROM seen
WHERE count.claim_campaign_id = seen.claim_campaign_id AND seen.used < seen.total
"""
# Everybody has looked before anybody has committed.
COUNT_FOR_CUSTOMER_AS_USUAL = """
SELECT 1 FROM coupons_coupon WHERE template_id = %s AND customer_id = %s
HAVING count(*) <= %s AND pg_sleep(1)::text = ''
"""


@pytest.mark.req("CPN-03", "CPN-04")
def test_200_parallel_claims_on_50_coupons_give_exactly_50():
    customers = [make_customer() for _ in range(200)]
    for _ in range(REPEATS):
        claim_campaign = make_claim_campaign(total=50)
        assert kinds(crowd_claims(claim_campaign, customers)) == {"Coupon": 50, "AllGone": 150}
        assert Coupon.objects.filter(claim_campaign=claim_campaign).count() == 50
    assert disagreements() == []


def test_200_parallel_claims_oversell_without_the_guard(monkeypatch):
    monkeypatch.setattr(claim_counting, "COUNT_CLAIM", COUNT_CLAIM_AS_USUAL)
    crowd_claims(make_claim_campaign(total=50), [make_customer() for _ in range(200)])
    assert Coupon.objects.count() > 50
    assert disagreements() != []


@pytest.mark.req("CPN-02")
def test_parallel_claims_of_two_activities_stay_within_the_budget_of_their_template():
    template = make_template(budget_cents=20_500)
    activities = [make_claim_campaign(template=template), make_claim_campaign(template=template)]
    answers = all_at_once(
        [
            partial(
                claim_coupon,
                claim_campaign_id=activities[number % 2].pk,
                customer_id=make_customer().pk,
                seq=1,
                at=NOON,
            )
            for number in range(60)
        ]
    )
    assert kinds(answers) == {"Coupon": 20, "AllGone": 40}
    assert TemplateBudget.objects.get().used_cents == 20_000
    assert disagreements() == []


@pytest.mark.req("CPN-03")
def test_100_parallel_claims_of_one_customer_with_limit_1_are_one_coupon():
    customer, claim_campaign = make_customer(), make_claim_campaign(total=50)
    answers = crowd_claims(claim_campaign, [customer] * 100)
    assert kinds(answers) == {"Coupon": 100}
    assert len({coupon.pk for coupon in answers}) == 1
    assert Coupon.objects.count() == 1
    assert disagreements() == []


@pytest.mark.req("CPN-03")
def test_100_parallel_claims_of_one_customer_with_made_up_numbers_are_one_coupon():
    customer, claim_campaign = make_customer(), make_claim_campaign(total=50)
    answers = crowd_claims(claim_campaign, [customer] * 100, seqs=range(1, 101))
    assert kinds(answers) == {"Coupon": 1, "LimitReached": 99}
    assert Coupon.objects.count() == 1
    assert disagreements() == []


@pytest.mark.req("CPN-01")
def test_customers_limit_of_the_template_holds_over_parallel_claims_of_many_activities():
    customer, template = make_customer(), make_template(issue_per_customer=2)
    activities = [make_claim_campaign(template=template) for _ in range(20)]
    claims = [
        partial(claim_coupon, claim_campaign_id=activity.pk, customer_id=customer.pk, seq=1, at=NOON)
        for activity in activities
    ]
    assert kinds(all_at_once(claims)) == {"Coupon": 2, "LimitReached": 18}
    assert disagreements() == []


def test_customers_limit_is_overrun_without_the_guard(monkeypatch):
    monkeypatch.setattr(issuing, "COUNT_FOR_CUSTOMER", COUNT_FOR_CUSTOMER_AS_USUAL)
    # The row of the purse lets one claim through at a time; the check alone must carry the limit here.
    monkeypatch.setattr(issuing.budget, "reservation", lambda coupon, at: [])
    customer, template = make_customer(), make_template(issue_per_customer=2)
    activities = [make_claim_campaign(template=template) for _ in range(20)]
    claims = [
        partial(claim_coupon, claim_campaign_id=activity.pk, customer_id=customer.pk, seq=1, at=NOON)
        for activity in activities
    ]
    assert kinds(all_at_once(claims))["Coupon"] > 2


@pytest.mark.req("CPN-02")
def test_stop_and_new_revision_against_claims_neither_deadlock_nor_let_a_late_claim_through():
    claim_campaign = make_claim_campaign()
    template = claim_campaign.template
    revision = make_template_revision(template=template, issue_total=30)
    submit_template(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    claims = [
        partial(claim_coupon, claim_campaign_id=claim_campaign.pk, customer_id=make_customer().pk, seq=1, at=NOON)
        for _ in range(40)
    ]
    approval = partial(
        approve_template, revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=NOON
    )
    stop = partial(
        move_claim_campaign, claim_campaign_id=claim_campaign.pk, move="stop", by=make_user(), at=NOON, reason="slip"
    )
    answers = all_at_once([*claims[:20], approval, stop, *claims[20:]])
    assert {*kinds(answers)} <= {
        "Coupon",
        "ClaimOver",
        "NotGivenNow",
        "AllGone",
        "CapBelowUse",
        "NoneType",
        "ClaimCampaign",
    }
    stopped = ClaimCampaignTransition.objects.get(move="stop")
    issued = Coupon.objects.count()
    assert stopped.target == "stopped"
    assert kinds(answers)["Coupon"] == issued
    assert kinds(all_at_once(claims))["Coupon"] == issued  # the same ones are answered again, no new one
    assert Coupon.objects.count() == issued
    assert disagreements() == []


def lock_for(coupon, order_key, at=NOON):
    return partial(
        lock_coupons,
        coupon_ids=[coupon.pk],
        customer_id=coupon.customer_id,
        order_key=order_key,
        deadline=at + (LATER - NOON),
        at=at,
    )


def holders(coupon):
    """Orders that were told they have the coupon and have not given it back."""
    balance = Counter()
    for move, order_key in CouponEvent.objects.filter(coupon=coupon).values_list("move", "order_key"):
        balance[order_key] += {"lock": 1, "release": -1, "return": -1}.get(move, 0)
    return {order_key for order_key, held in balance.items() if held > 0}


def unguarded_move(parties):
    """Read, check, write: what happens when the state is not part of the UPDATE. All read before one writes."""
    everybody_has_read = Barrier(parties)

    def move(coupon, move, step, **changes):
        (source,), target = COUPON_MOVES[move]
        found = coupon.filter(state=source).get()
        everybody_has_read.wait(PATIENCE_SECONDS)
        Coupon.objects.filter(pk=found.pk).update(state=target, **changes)
        CouponEvent.objects.create(
            coupon=found, move=move, source=source, target=target, order_key=step.order_key, at=step.at
        )
        return True

    return move


@pytest.mark.req("CPN-09")
@pytest.mark.parametrize("overdue", [False, True], ids=["unused", "lock past its deadline"])
def test_of_many_orders_that_lock_one_coupon_one_gets_it(overdue):
    for _ in range(5):
        coupon = make_coupon()
        if overdue:
            lock_for(coupon, uuid4())()
        at = LATER if overdue else NOON
        answers = all_at_once([lock_for(coupon, uuid4(), at) for _ in range(8)])
        assert kinds(answers) == {"NoneType": 1, "CouponUnavailable": 7}
        coupon.refresh_from_db()
        assert holders(coupon) == {coupon.order_key}


def test_several_orders_get_one_coupon_without_the_guard(monkeypatch):
    monkeypatch.setattr(redemption, "move_coupon", unguarded_move(parties=8))
    coupon = make_coupon()
    answers = all_at_once([lock_for(coupon, uuid4()) for _ in range(8)])
    assert kinds(answers) == {"NoneType": 8}
    assert len(holders(coupon)) == 8


def cancel_and_pay(order_key):
    return all_at_once(
        [
            partial(release_coupons, order_key=order_key, at=NOON, reason="cancelled"),
            partial(use_coupons, order_key=order_key, at=NOON),
        ]
    )


@pytest.mark.req("CPN-09", "REV-01")
def test_cancel_against_pay_leaves_the_coupon_free_or_used_and_never_both():
    for _ in range(20):
        coupon, order_key = make_coupon(), uuid4()
        lock_for(coupon, order_key)()
        released, paid = cancel_and_pay(order_key)
        coupon.refresh_from_db()
        if released:
            assert (type(paid), coupon.state, coupon.order_key) == (LockLost, "unused", None)
        else:
            assert (paid, coupon.state, coupon.order_key) == (None, "used", order_key)
    assert disagreements() == []


def test_cancel_and_pay_both_happen_without_the_guard(monkeypatch):
    coupon, order_key = make_coupon(), uuid4()
    lock_for(coupon, order_key)()
    monkeypatch.setattr(redemption, "move_coupon", unguarded_move(parties=2))
    released, paid = cancel_and_pay(order_key)
    # Paid first, the cancellation frees a used coupon; cancelled first, only the CHECK behind keeps the payment out.
    assert released == 1
    assert paid is None or isinstance(paid, IntegrityError)


@pytest.mark.req("CPN-09")
def test_late_payment_against_the_next_order_ends_with_one_owner():
    for _ in range(20):
        coupon, first, second = make_coupon(), uuid4(), uuid4()
        lock_for(coupon, first)()
        paid, locked = all_at_once([partial(use_coupons, order_key=first, at=LATER), lock_for(coupon, second, LATER)])
        coupon.refresh_from_db()
        if paid is None:
            assert (type(locked), coupon.state, coupon.order_key) == (CouponUnavailable, "used", first)
        else:
            assert (type(paid), locked, coupon.state, coupon.order_key) == (LockLost, None, "locked", second)
