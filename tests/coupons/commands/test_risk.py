"""Risk control at work: what is refused, held, released, undone, and what is written down about it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import AuditEntry, MemberLevel
from coupons.commands.claiming import claim_coupon
from coupons.commands.redeeming import redeem_code
from coupons.commands.risk import RELEASE_HOURS, assess
from coupons.commands.risk_blocks import Blocked, WrongBlock, add_block, lift_block
from coupons.commands.risk_cases import CaseRefused, block_case, release_case, undo_case
from coupons.models import CodeUse, Coupon, CouponEvent, RiskAttempt, RiskCase, RiskCaseMove
from coupons.refusals import AllGone, CodeRefused, LimitReached, NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.origin import NOWHERE, origin_of
from coupons.risk.rules import HOLD
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.audience import make_level
from tests.factories.campaigns import make_customer, make_user
from tests.factories.codes import codes_in, make_code_pool
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.risk import from_device, make_held_claim, make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]

YOUNG = rule("account_hours", "lt", 24, effect=HOLD)
OFFICE = {"at": NOON, "reason": "called and checked"}


def claim(campaign, customer=None, *, at=NOON, origin=NOWHERE, seq=1):
    who = (customer or make_customer()).pk
    return claim_coupon(claim_campaign_id=campaign.pk, customer_id=who, seq=seq, at=at, origin=origin)


def newcomer(**fields):
    return make_customer(registered_at=NOON - timedelta(hours=23), **fields)


def agent():
    return make_user(groups=["service"])


def test_five_claims_an_hour_from_one_address_and_again_when_the_first_is_an_hour_old():
    fast = rule("claims", "gt", 5, per="address", minutes=60)
    campaign = make_claim_campaign(risk_profile=make_profile(fast).code)
    here = origin_of(address="198.51.100.7")
    for minute in range(5):
        claim(campaign, at=NOON + timedelta(minutes=minute), origin=here)
    with pytest.raises(NotNow) as refused:
        claim(campaign, at=NOON + timedelta(minutes=59), origin=here)
    assert "address" not in str(refused.value)
    claim(campaign, at=NOON + timedelta(minutes=59), origin=origin_of(address="198.51.100.8"))
    claim(campaign, at=NOON + timedelta(minutes=60), origin=here)
    row = RiskAttempt.objects.get(outcome="block")
    assert (row.score, row.reasons[0]["measured"], row.reasons[0]["threshold"]) == (0, 6, 5)
    assert Coupon.objects.count() == 7


def test_template_s_profile_judges_where_the_activity_names_none():
    template = make_template(risk_profile=make_profile(YOUNG).code)
    with pytest.raises(UnderReview):
        claim(make_claim_campaign(template=template), newcomer())
    own = make_profile(rule("level_rank", "lt", -1))
    assert claim(make_claim_campaign(template=template, risk_profile=own.code), newcomer()).pk


def test_template_s_profile_judges_while_the_activity_s_own_is_paused():
    template, own = make_template(risk_profile=make_profile(YOUNG).code), make_profile(YOUNG)
    type(own).objects.filter(pk=own.pk).update(state="paused")
    with pytest.raises(UnderReview):
        claim(make_claim_campaign(template=template, risk_profile=own.code), newcomer())


def test_level_phone_and_device_are_measured():
    make_level("gold")
    MemberLevel.objects.update(rank=3)
    rules = (
        rule("level_rank", "lt", 3, effect="points", points=1),
        rule("phone_verified", "lt", 1, effect="points", points=2),
        rule("device_hours", "lt", 1, effect="points", points=4),
        rule("account_hours", "lt", 24, effect="points", points=8),
    )
    campaign = make_claim_campaign(risk_profile=make_profile(*rules, block_at=100).code)
    known = make_customer(level="gold", phone="13800001111", phone_verified_at=NOON)
    claim(campaign, known, origin=from_device("old", hours=1))
    claim(campaign, newcomer(), origin=NOWHERE)
    assert list(RiskAttempt.objects.order_by("pk").values_list("score", flat=True)) == [0, 15]


def test_coupons_given_back_and_accounts_on_one_device_are_counted():
    customer = make_customer()
    coupon = make_coupon(customer=customer)
    for number, move in enumerate(("use", "return", "use", "return", "use")):
        at = NOON - timedelta(days=number)
        CouponEvent.objects.create(coupon=coupon, move=move, source="unused", target="used", at=at)
    rules = (
        rule("returned_coupons", "ge", 2, minutes=30 * 24 * 60, effect="points", points=1),
        rule("returned_bp", "ge", 6_666, minutes=30 * 24 * 60, effect="points", points=2),
        rule("accounts", "ge", 2, per="device", minutes=60, effect="points", points=4),
    )
    campaign = make_claim_campaign(risk_profile=make_profile(*rules, block_at=7).code)
    claim(campaign, origin=from_device("shared"))
    with pytest.raises(NotNow):
        claim(campaign, customer, origin=from_device("shared"))
    assert [reason["measured"] for reason in RiskAttempt.objects.first().reasons] == [2, 6_666, 2]


def test_what_no_profile_judges_is_noted_in_the_claim_s_own_transaction():
    campaign = make_claim_campaign(total=1)
    claim(campaign, origin=from_device("one"))
    with pytest.raises(AllGone):
        claim(campaign)
    row = RiskAttempt.objects.get()
    assert (row.outcome, row.device_hours, row.revision) == ("unjudged", 1_000, None)


@pytest.mark.parametrize(
    ("terms", "refusal"), [({"budget_cents": 1_900}, AllGone), ({"issue_per_customer": 1}, LimitReached)]
)
def test_what_the_template_cannot_give_is_refused_and_held_for_nobody(terms, refusal):
    template, customer = make_template(**terms), newcomer()
    campaign = make_claim_campaign(template=template, risk_profile=make_profile(YOUNG).code)
    make_coupon(template=template, customer=customer)
    with pytest.raises(refusal):
        claim(campaign, customer)
    assert not RiskAttempt.objects.exists()


def test_a_paused_profile_judges_nothing():
    profile = make_profile(YOUNG)
    type(profile).objects.update(state="paused")
    assert claim(make_claim_campaign(risk_profile=profile.code), newcomer()).pk


def test_who_asks_twice_is_one_case_and_one_count():
    case = make_held_claim()
    with pytest.raises(UnderReview):
        claim_coupon(**case.params, at=NOON)
    assert (RiskCase.objects.count(), RiskAttempt.objects.count(), Coupon.objects.count()) == (1, 1, 0)


def test_release_issues_the_coupon_and_undoing_it_recalls_it():
    case, by = make_held_claim(), agent()
    release_case(case_id=case.pk, by=by, **OFFICE)
    coupon = Coupon.objects.get()
    case.refresh_from_db()
    assert (case.state, case.coupon, case.decided_by) == ("released", coupon, by)
    assert claim_coupon(**case.params, at=NOON) == coupon
    undo_case(case_id=case.pk, by=by, at=NOON, reason="the wrong one")
    case.refresh_from_db()
    assert (case.state, case.coupon, Coupon.objects.get().state) == ("waiting", None, "recalled")
    with pytest.raises(CaseRefused, match="was recalled"):
        release_case(case_id=case.pk, by=by, **OFFICE)
    assert list(RiskCaseMove.objects.values_list("move", "reason")) == [
        ("release", "called and checked"),
        ("undo", "the wrong one"),
    ]
    done = AuditEntry.objects.filter(kind="coupons.riskcase", outcome="done").order_by("pk")
    assert list(done.values_list("act", "before", "after", "reason")) == [
        ("release", "waiting", "released", "called and checked"),
        ("undo", "released", "waiting", "the wrong one"),
    ]
    assert audit() == []


def test_limits_bind_a_release_and_the_case_stays():
    case = make_held_claim(total=1)
    claim_campaign = case.params["claim_campaign_id"]
    claim_coupon(claim_campaign_id=claim_campaign, customer_id=make_customer().pk, seq=1, at=NOON)
    with pytest.raises(AllGone):
        release_case(case_id=case.pk, by=agent(), **OFFICE)
    case.refresh_from_db()
    assert (case.state, Coupon.objects.count()) == ("waiting", 1)


def test_used_coupon_of_a_release_cannot_be_taken_back():
    case, by = make_held_claim(), agent()
    release_case(case_id=case.pk, by=by, **OFFICE)
    Coupon.objects.update(state="used", order_key="00000000-0000-0000-0000-000000000001")
    with pytest.raises(CaseRefused, match="is used"):
        undo_case(case_id=case.pk, by=by, at=NOON, reason="late")


def test_refusing_stands_until_it_is_undone():
    case, by = make_held_claim(), agent()
    block_case(case_id=case.pk, by=by, **OFFICE)
    with pytest.raises(NotNow):
        claim_coupon(**case.params, at=NOON)
    undo_case(case_id=case.pk, by=by, at=NOON, reason="a relative of the owner")
    release_case(case_id=case.pk, by=by, **OFFICE)
    assert Coupon.objects.count() == 1


def test_decisions_need_a_reason_the_right_and_an_open_case():
    case, by = make_held_claim(), agent()
    with pytest.raises(CaseRefused, match="Say why"):
        release_case(case_id=case.pk, by=by, at=NOON, reason="  ")
    with pytest.raises(CaseRefused, match="may not decide"):
        release_case(case_id=case.pk, by=make_user(groups=["operator"]), **OFFICE)
    block_case(case_id=case.pk, by=by, **OFFICE)
    with pytest.raises(CaseRefused, match="faster"):
        release_case(case_id=case.pk, by=by, **OFFICE)
    assert not Coupon.objects.exists()
    refused = AuditEntry.objects.filter(outcome="refused").values_list("kind", "object_id")
    assert list(refused) == [("coupons.riskcase", case.pk)] * 3


def test_a_good_code_that_is_held_is_released_and_a_blocked_one_sounds_like_a_bad_one():
    pool = make_code_pool(count=2, per_customer=2, risk_profile=make_profile(YOUNG).code)
    code, other = codes_in(pool)
    customer = newcomer()
    with pytest.raises(UnderReview):
        redeem_code(text=code, customer_id=customer.pk, address="10.0.0.1", at=NOON)
    release_case(case_id=RiskCase.objects.get().pk, by=agent(), **OFFICE)
    assert CodeUse.objects.get().customer == customer
    add_block(Blocked("customer", customer.code), by=agent(), **OFFICE)
    sentences = []
    for text in (other, "A" * 16):
        with pytest.raises(CodeRefused) as refused:
            redeem_code(text=text, customer_id=customer.pk, address="10.0.0.1", at=NOON)
        sentences.append(str(refused.value))
    assert len(set(sentences)) == 1
    assert RiskAttempt.objects.filter(outcome="block").count() == 1


def test_released_order_may_be_tried_for_a_day():
    profile = make_profile(YOUNG)
    attempt = Attempt(
        act="order", kind="campaigns.campaign", object_id=1, customer_id=newcomer().pk, key="order:1:a",
        profiles=(profile.code,), topic="order:1:7",
    )  # fmt: skip
    with pytest.raises(UnderReview):
        assess(attempt, at=NOON)
    case = RiskCase.objects.get()
    release_case(case_id=case.pk, by=agent(), **OFFICE)
    assert assess(attempt, at=NOON + timedelta(hours=RELEASE_HOURS, seconds=-1)).is_noted
    assert RiskAttempt.objects.filter(outcome="released").count() == 1


@pytest.mark.parametrize("kind", ["customer", "phone", "address", "device"])
def test_who_is_on_a_block_list_gets_nothing_until_it_ends_or_is_lifted(kind):
    customer = make_customer(code="C-7", phone="+86 138 0000 2222")
    origin = from_device("d", address="203.0.113.9")
    who = {"customer": "C-7", "phone": "138-0000-2222", "address": "203.0.113.9", "device": origin.device.hex()}[kind]
    until = NOON + timedelta(hours=1)
    row = add_block(Blocked(kind, who, until), by=agent(), **OFFICE)
    campaign = make_claim_campaign()
    with pytest.raises(NotNow):
        claim(campaign, customer, origin=origin)
    assert claim(campaign, origin=origin_of(address="203.0.113.10")).pk
    assert RiskAttempt.objects.get(outcome="block").reasons == [{"block": row.pk, "kind": kind, "effect": "block"}]
    lift_block(block_id=row.pk, by=agent(), at=NOON, reason="a mistake")
    assert claim(campaign, customer, origin=origin).pk
    again = add_block(Blocked(kind, who, until), by=agent(), **OFFICE)
    assert claim(make_claim_campaign(), customer, origin=origin, at=until).pk
    acts = AuditEntry.objects.filter(kind="coupons.riskblock").order_by("pk").values_list("act", "object_id", "reason")
    assert list(acts) == [
        ("block", row.pk, "called and checked"),
        ("lift", row.pk, "a mistake"),
        ("block", again.pk, "called and checked"),
    ]


@pytest.mark.parametrize(
    ("blocked", "said"),
    [
        (Blocked("customer", "nobody"), "No customer"),
        (Blocked("phone", "12"), "in digits"),
        (Blocked("address", "not one"), "network address"),
        (Blocked("device", "zz"), "network address"),
        (Blocked("address", "203.0.113.9", NOON), "past"),
    ],
)
def test_block_of_nobody_is_refused(blocked, said):
    with pytest.raises(WrongBlock, match=said):
        add_block(blocked, by=agent(), **OFFICE)


def test_lists_are_kept_by_those_who_may_once_for_each_and_with_a_reason():
    add_block(Blocked("address", "203.0.113.9"), by=agent(), **OFFICE)
    with pytest.raises(WrongBlock, match="already"):
        add_block(Blocked("address", "203.0.113.9"), by=agent(), **OFFICE)
    with pytest.raises(WrongBlock, match="Say why"):
        add_block(Blocked("address", "203.0.113.8"), by=agent(), at=NOON, reason="")
    with pytest.raises(WrongBlock, match="may not"):
        add_block(Blocked("address", "203.0.113.8"), by=make_user(groups=["finance"]), **OFFICE)


def test_decisions_are_never_changed_nor_thrown_away_early():
    claim(make_claim_campaign())
    for statement in ("UPDATE coupons_riskattempt SET score = 0", "DELETE FROM coupons_riskattempt"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
