"""Draws of crowds, on real PostgreSQL. Each guard is also switched off once."""

from collections import Counter
from functools import partial

import pytest

from coupons.commands import draws
from coupons.commands.draws import draw
from coupons.models import Coupon, DrawCount, LotteryDraw, LotteryPrize, PrizeCount
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_template
from tests.factories.lotteries import ALWAYS, make_lottery
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-06")]


def crowd_draws(lottery, customers, seqs=None):
    works = [
        partial(draw, lottery_id=lottery.pk, customer_id=customer.pk, seq=seq, at=NOON)
        for customer, seq in zip(customers, seqs or [1] * len(customers), strict=True)
    ]
    return all_at_once(works)


def test_64_draws_at_once_on_a_stock_of_10_give_exactly_10_and_54_guaranteed_coupons():
    main, consolation = make_template(), make_template()
    lottery = make_lottery((main, ALWAYS, {"stock": 10}), fallback=consolation)
    answers = crowd_draws(lottery, [make_customer() for _ in range(64)])
    assert Counter(type(answer).__name__ for answer in answers) == {"LotteryDraw": 64}
    assert Coupon.objects.filter(template=main).count() == 10
    assert Coupon.objects.filter(template=consolation).count() == 54
    assert PrizeCount.objects.get(template=main, day=None, customer=None).used == 10
    assert audit() == []


def test_a_stock_is_oversold_where_it_is_only_looked_at(monkeypatch):
    issued = draws._issued

    def looked_at_first(made, prize):
        if PrizeCount.objects.filter(template=prize.template_id, used__gte=prize.stock).exists():
            raise draws.PrizeGone("gone")
        return issued(made, LotteryPrize(template=prize.template))

    monkeypatch.setattr(draws, "_issued", looked_at_first)
    main = make_template()
    lottery = make_lottery((main, ALWAYS, {"stock": 2}))
    crowd_draws(lottery, [make_customer() for _ in range(32)])
    assert Coupon.objects.filter(template=main).count() > 2


def test_32_windows_on_the_last_draw_of_a_customer_are_one_draw_with_one_answer():
    lottery, customer = make_lottery(), make_customer()
    answers = crowd_draws(lottery, [customer] * 32)
    assert len({answer.pk for answer in answers}) == 1
    assert (LotteryDraw.objects.count(), Coupon.objects.count(), DrawCount.objects.get().free) == (1, 1, 1)
    assert audit() == []


def test_one_customer_who_asks_for_many_draws_at_once_gets_no_more_than_the_day_gives():
    lottery, customer = make_lottery(per_day=3), make_customer()
    crowd_draws(lottery, [customer] * 32, seqs=[number % 8 + 1 for number in range(32)])
    drawn = LotteryDraw.objects.order_by("seq").values_list("seq", flat=True)
    assert list(drawn) == list(range(1, len(drawn) + 1))
    assert 1 <= len(drawn) <= 3
    assert audit() == []


def test_the_same_draw_is_counted_twice_where_nothing_guards_its_number(monkeypatch):
    def unguarded(revision, *, customer_id, **_):
        DrawCount.objects.filter(customer=customer_id).update(draws=draws.F("draws") + 1)
        return None, None

    monkeypatch.setattr(draws, "take_draw", unguarded)
    customer = make_customer()
    lottery = make_lottery()
    DrawCount.objects.create(lottery=lottery, customer=customer, day=NOON.date())
    answers = crowd_draws(lottery, [customer] * 8)
    # Only the unique key stands behind it: the others fail instead of answering.
    assert Counter(type(answer).__name__ for answer in answers)["LotteryDraw"] < 8
