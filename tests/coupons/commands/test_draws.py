"""Drawing: how often, what a number wins, what comes instead, and what is written down."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.commands.drafting import revise
from campaigns.commands.transitions import Step, move_subject
from coupons.commands import draws
from coupons.commands.draws import GUARANTEED, draw
from coupons.commands.lotteries import LOTTERIES
from coupons.drawing import landed_on, message_of, number_of
from coupons.models import Coupon, DrawCount, LotteryDraw, PrizeCount, RiskAttempt, RiskCase
from coupons.refusals import ClaimOver, NoDrawsLeft, NotForYou, NotNow, NotOpenYet, UnderReview
from coupons.selectors.draws import draws_left
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from tests.factories import NOON
from tests.factories.audience import make_level
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import approve_template, make_template, make_template_revision
from tests.factories.lotteries import ALWAYS, approve_lottery, make_lottery
from tests.factories.pricing import make_sku
from tests.factories.risk import make_profile, rule
from tests.factories.storefront import make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]


def drawn_by(customer, lottery, seq=1, at=NOON):
    return draw(lottery_id=lottery.pk, customer_id=customer.pk, seq=seq, at=at)


def test_a_draw_stores_what_is_needed_to_check_it_and_its_coupon_is_issued():
    lottery, customer = make_lottery(), make_customer()
    made = drawn_by(customer, lottery)
    assert lottery.seed_digest == sha256(bytes(lottery.seed)).hexdigest()
    message = message_of(lottery=lottery.pk, customer=customer.pk, seq=1)
    assert made.number == number_of(bytes(lottery.seed), message)
    prize = lottery.current_revision.prizes.get()
    assert (made.revision_id, made.drawn, made.given, made.reasons) == (lottery.current_revision_id, prize, prize, [])
    coupon = Coupon.objects.get()
    assert (made.coupon, coupon.route, coupon.grant_key) == (coupon, "lottery", f"draw:{message}")
    assert (coupon.customer, coupon.template) == (customer, prize.template)
    assert audit() == []


def test_the_same_draw_again_is_the_same_answer_and_another_one_is_refused():
    lottery, customer = make_lottery(), make_customer()
    first = drawn_by(customer, lottery)
    assert drawn_by(customer, lottery).pk == first.pk
    for seq in (2, 3):
        with pytest.raises(NoDrawsLeft):
            drawn_by(customer, lottery, seq)
    assert (LotteryDraw.objects.count(), Coupon.objects.count(), DrawCount.objects.get().draws) == (1, 1, 1)


def test_the_numbers_of_many_customers_win_what_the_odds_say_of_them():
    small, large = make_template(), make_template()
    lottery = make_lottery((small, 300_000), (large, 200_000))
    for _ in range(40):
        made = drawn_by(make_customer(), lottery)
        index = landed_on(made.number, [300_000, 200_000])
        won = None if index is None else (small, large)[index]
        assert (made.drawn and made.drawn.template) == won
        assert (made.coupon and made.coupon.template) == won
    assert audit() == []


def test_free_draws_come_back_each_day_until_all_are_used():
    lottery, customer = make_lottery(per_day=2, per_customer=3), make_customer()
    tomorrow = NOON + timedelta(days=1)
    drawn_by(customer, lottery, 1)
    drawn_by(customer, lottery, 2)
    with pytest.raises(NoDrawsLeft, match="no draws left"):
        drawn_by(customer, lottery, 3)
    drawn_by(customer, lottery, 3, at=tomorrow)
    for at in (tomorrow, tomorrow + timedelta(days=1), NOON):
        with pytest.raises(NoDrawsLeft):
            drawn_by(customer, lottery, 4, at=at)
    assert draws_left(lottery.current_revision, customer_id=customer.pk, at=tomorrow).total == 0
    assert audit() == []


def test_a_clock_that_lags_behind_does_not_give_a_day_twice():
    lottery, customer = make_lottery(per_day=1), make_customer()
    drawn_by(customer, lottery, 1, at=NOON)
    with pytest.raises(NoDrawsLeft):
        drawn_by(customer, lottery, 2, at=NOON - timedelta(days=1))


def test_a_paid_order_earns_draws_and_a_full_refund_takes_back_what_is_not_drawn():
    prize = make_template(threshold_cents=10_000_000)  # not for these orders
    lottery = make_lottery((prize, ALWAYS), per_day=0, order_from_cents=10_000, draws_per_order=2)
    customer, sku = make_customer(), make_sku(list_cents=10_000)

    def left():
        return draws_left(lottery.current_revision, customer_id=customer.pk, at=NOON)

    cancelled = make_order({sku: 1}, customer=customer)
    cancel_order(order_id=cancelled.pk, reason="changed my mind", at=NOON)
    make_paid_order({make_sku(list_cents=9_999): 1}, customer=customer)
    assert (left().free, left().earned) == (0, 0)
    first = make_paid_order({sku: 2}, customer=customer)
    second = make_paid_order({sku: 1}, customer=customer)
    assert left().earned == 4
    made = [drawn_by(customer, lottery, seq) for seq in (1, 2, 3)]
    spent = [(row.order_key, row.order_seq) for row in made]
    assert spent == [(first.key, 1), (first.key, 2), (second.key, 1)]
    refund(first, {sku: 1})
    assert left().earned == 1
    refund(second, {sku: 1})
    refund(first, {sku: 1})
    assert left().earned == 0
    with pytest.raises(NoDrawsLeft):
        drawn_by(customer, lottery, 4)
    rest = make_paid_order({sku: 1, make_sku(list_cents=100): 1}, customer=customer)
    refund(rest, {sku: 1})  # 1.00 is kept
    assert left().earned == 0
    # What was drawn stays drawn, and a later order is not asked to make up for it.
    make_paid_order({sku: 1}, customer=customer)
    assert left().earned == 2
    assert drawn_by(customer, lottery, 4).order_seq == 1
    assert audit() == []


def test_a_prize_that_has_run_out_is_replaced_by_the_guaranteed_coupon():
    main, consolation = make_template(), make_template()
    lottery = make_lottery((main, ALWAYS, {"stock": 1}), fallback=consolation)
    assert drawn_by(make_customer(), lottery).coupon.template == main
    made = drawn_by(make_customer(), lottery)
    assert (made.drawn.template, made.given.template, made.coupon.template) == (main, consolation, consolation)
    assert made.reasons == ["This prize has run out."]
    assert PrizeCount.objects.get(template=main, day=None, customer=None).used == 1
    assert audit() == []


def test_limits_of_a_day_and_of_a_customer_hold_and_say_so():
    main = make_template()
    limits = {"per_day": 2, "per_customer": 1}
    lottery, customer = make_lottery((main, ALWAYS, limits), per_day=3), make_customer()
    assert drawn_by(customer, lottery, 1).reasons == []
    assert drawn_by(customer, lottery, 2).reasons == ["You have won this prize as often as one customer may."]
    assert drawn_by(make_customer(), lottery).reasons == []
    assert drawn_by(make_customer(), lottery).reasons == ["This prize has run out for today."]
    assert drawn_by(make_customer(), lottery, at=NOON + timedelta(days=1)).reasons == []
    assert Coupon.objects.count() == 3
    assert audit() == []


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"issue_total": 1}, "All coupons of this kind have been given out."),
        ({"budget_cents": 1_500}, "All coupons of this kind have been given out."),
    ],
)
def test_the_limits_of_the_template_bind_and_no_draw_is_lost(terms, reason):
    lottery = make_lottery((make_template(**terms), ALWAYS))
    assert drawn_by(make_customer(), lottery).coupon
    made = drawn_by(make_customer(), lottery)
    assert (made.given, made.coupon, made.reasons) == (None, None, [reason])
    assert audit() == []


def test_a_template_that_gives_out_too_fast_is_paused_and_no_draw_is_lost():
    main = make_template(most_per_minute=1)
    lottery = make_lottery((main, ALWAYS))
    drawn_by(make_customer(), lottery)
    made = drawn_by(make_customer(), lottery)
    assert (made.coupon, len(made.reasons)) == (None, 1)
    main.refresh_from_db()
    assert main.state == "paused"
    assert audit() == []


def test_where_the_guaranteed_coupon_cannot_be_given_either_both_reasons_are_kept():
    main, consolation = make_template(), make_template(issue_per_customer=1)
    lottery, customer = make_lottery((main, ALWAYS, {"stock": 1}), fallback=consolation, per_day=2), make_customer()
    drawn_by(make_customer(), lottery)
    assert drawn_by(customer, lottery, 1).given.is_fallback
    made = drawn_by(customer, lottery, 2)
    assert made.coupon is None
    assert made.reasons == [
        "This prize has run out.",
        "One customer may have no more coupons of this kind.",
    ]


def test_a_stopped_template_costs_nobody_a_draw():
    main, consolation = make_template(), make_template()
    lottery = make_lottery((main, ALWAYS), fallback=consolation)
    type(main).objects.filter(pk=main.pk).update(state="stopped")
    assert drawn_by(make_customer(), lottery).coupon.template == consolation


def test_the_third_draw_in_a_row_without_a_prize_gives_the_guaranteed_coupon():
    consolation = make_template()
    lottery = make_lottery((make_template(), 1), fallback=consolation, fallback_after=3, per_day=7)
    customer = make_customer()
    made = [drawn_by(customer, lottery, seq) for seq in range(1, 8)]
    assert [row.drawn for row in made] == [None] * 7
    assert [bool(row.coupon) for row in made] == [False, False, True, False, False, True, False]
    assert made[2].given.is_fallback
    assert made[2].reasons == [GUARANTEED]
    assert audit() == []


def test_nobody_draws_before_the_start_after_the_end_or_while_it_is_paused():
    lottery, customer = make_lottery(starts_at=NOON, ends_at=NOON + timedelta(hours=1)), make_customer()
    with pytest.raises(NotOpenYet):
        drawn_by(customer, lottery, at=NOON - timedelta(seconds=1))
    with pytest.raises(ClaimOver):
        drawn_by(customer, lottery, at=NOON + timedelta(hours=1))
    move_subject(LOTTERIES, lottery.pk, Step("pause", make_user(), NOON, "looks wrong"))
    with pytest.raises(ClaimOver):
        drawn_by(customer, lottery)
    assert not DrawCount.objects.exists()


@pytest.mark.req("CPN-11")
def test_risk_control_is_asked_before_a_draw_and_what_it_refuses_costs_none():
    profile = make_profile(rule("phone_verified", "lt", 1, effect="block"))
    lottery, customer = make_lottery(risk_profile=profile.code), make_customer()
    with pytest.raises(NotNow):
        drawn_by(customer, lottery)
    assert not LotteryDraw.objects.exists()
    assert not DrawCount.objects.exists()
    assert drawn_by(make_customer(phone="13800000001", phone_verified_at=NOON), lottery).coupon


@pytest.mark.req("CPN-11")
def test_risk_control_judges_no_draw_that_there_is_not():
    profile = make_profile(rule("phone_verified", "lt", 1, effect="hold"))
    make_level("vip")
    customer = make_customer()
    lottery = make_lottery(risk_profile=profile.code)
    later = make_lottery(risk_profile=profile.code, starts_at=NOON + timedelta(days=3))
    for_others = make_lottery(risk_profile=profile.code, audience={"all": [{"is": "level", "of": ["vip"]}]})
    for_orders = make_lottery(risk_profile=profile.code, per_day=None, order_from_cents=10_000)
    tries = [(lottery, 2), (lottery, 7), (later, 1), (for_others, 1), (for_orders, 1)]
    for impossible, seq in tries:
        with pytest.raises((NoDrawsLeft, NotOpenYet, NotForYou)):
            drawn_by(customer, impossible, seq)
    assert (RiskAttempt.objects.count(), RiskCase.objects.count()) == (0, 0)
    with pytest.raises(UnderReview):
        drawn_by(customer, lottery, 1)
    assert RiskCase.objects.count() == 1


def test_a_prize_is_given_though_its_template_got_a_new_version_during_the_draw(monkeypatch):
    template = make_template()
    read = [template.current_revision]
    lottery = make_lottery((template, ALWAYS))
    approve_template(make_template_revision(template=template))
    # As if the prize had been read before the approval: the first coupon is made of the old version.
    made_of = draws.coupon_of
    monkeypatch.setattr(draws, "coupon_of", lambda revision, **said: made_of(read.pop() if read else revision, **said))
    made = drawn_by(make_customer(), lottery)
    assert (made.coupon.revision, made.reasons) == (template.revisions.latest("number"), [])
    assert audit() == []


def test_only_the_audience_draws():
    make_level("vip")
    lottery = make_lottery(audience={"all": [{"is": "level", "of": ["vip"]}]})
    with pytest.raises(NotForYou):
        drawn_by(make_customer(), lottery)
    assert drawn_by(make_customer(level="vip"), lottery).coupon


def test_a_new_version_keeps_the_seed_the_stock_and_the_draws():
    main = make_template()
    lottery, customer = make_lottery((main, ALWAYS, {"stock": 1})), make_customer()
    drawn_by(customer, lottery)
    draft = revise(LOTTERIES, subject_id=lottery.pk, by=make_user(), at=NOON)
    assert [(row.template, row.odds_ppm, row.stock) for row in draft.prizes.all()] == [(main, ALWAYS, 1)]
    approve_lottery(draft)
    with pytest.raises(NoDrawsLeft):
        drawn_by(customer, lottery, 2)
    made = drawn_by(make_customer(), lottery)
    assert (made.revision_id, made.reasons) == (draft.pk, ["This prize has run out."])
    seed = bytes(lottery.seed)
    lottery.refresh_from_db()
    assert bytes(lottery.seed) == seed


def test_draws_and_seeds_cannot_be_changed_by_anybody():
    lottery = make_lottery()
    drawn_by(make_customer(), lottery)
    for statement in (
        "UPDATE coupons_lotterydraw SET number = 1",
        "DELETE FROM coupons_lotterydraw",
        "UPDATE coupons_lottery SET seed = '\\x00'::bytea",
        "UPDATE coupons_lottery SET seed_digest = 'a'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
