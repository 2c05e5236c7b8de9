"""Refunds by the price of what is kept: in total what was paid, never more, whatever comes back in which order."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.document import CartDocument, price_document
from pricing.engine.facts import Facts
from pricing.engine.keeping import kept_document, price_kept
from pricing.engine.refund import HeldLine, after_return, refund_amount, refund_repriced, refund_units
from tests.pricing.engine.builders import cart_of, coupon_offer, goods, held, offer, reduction
from tests.pricing.engine.random_carts import random_document

pytestmark = pytest.mark.req("REV-05")


def steps_of(document, returned):
    """Return (refunded, not collected) of each step in which these units come back, {input line key: units}."""
    order = price_document(document)
    kept_goods = {line.key: line.quantity for line in document.cart.lines}
    held_cents, steps = order.total_cents - order.shipping_cents, []
    for back in returned:
        kept_goods = {key: units - back.get(key, 0) for key, units in kept_goods.items()}
        kept = price_kept(kept_document(document), kept_goods, order.coupons)
        step = refund_repriced(held_cents=held_cents, kept_price_cents=kept.total_cents)
        held_cents -= step.refund_cents
        steps.append((step.refund_cents, step.not_collected_cents))
    return steps


@given(st.integers(0, 10**9))
def test_any_sequence_of_repriced_refunds_gives_back_what_was_paid(seed):
    document, random = random_document(seed), Random(seed)
    units = [line.key for line in document.cart.lines for _ in range(line.quantity)]
    steps = steps_of(document, [{key: 1} for key in random.sample(units, len(units))])
    order = price_document(document)
    assert min(refunded for refunded, _ in steps) >= 0
    assert sum(refunded for refunded, _ in steps) == order.total_cents - order.shipping_cents
    assert steps[-1][1] == 0


def test_goods_kept_below_the_threshold_lose_the_reduction():
    order = CartDocument(cart_of(goods("A", 20_000), goods("B", 10_000)), (reduction("campaign:1", 30_000, 5000),))
    assert steps_of(order, [{"B": 1}, {"A": 1}]) == [(5000, 0), (20_000, 0)]


def test_what_the_kept_goods_cost_beyond_what_is_held_is_not_collected():
    order = CartDocument(cart_of(goods("A", 20_000), goods("B", 1000)), (reduction("campaign:1", 21_000, 5000),))
    assert steps_of(order, [{"B": 1}, {"A": 1}]) == [(0, 4000), (16_000, 0)]


def test_a_free_piece_is_free_no_more_when_a_paid_one_goes_back():
    deal = offer("campaign:1", "buy_get", {"buy": 2, "get": 1}, layer="multi")
    order = CartDocument(cart_of(goods("A", 1000, 3)), (deal,))
    assert steps_of(order, [{"A": 1}, {"A": 1}, {"A": 1}]) == [(0, 0), (1000, 0), (1000, 0)]


def test_a_coupon_of_the_order_counts_again_and_another_does_not():
    coupons = (held("coupon:1", "template:1"), held("coupon:2", "template:2"))
    offers = coupon_offer("template:1", 10_000, 3000), coupon_offer("template:2", 5000, 2000)
    order = CartDocument(cart_of(goods("A", 5000, 2)), offers, Facts(coupons=coupons))
    assert price_document(order).coupons == ("coupon:1",)
    assert steps_of(order, [{"A": 1}, {"A": 1}]) == [(2000, 0), (5000, 0)]


def test_as_paid_the_same_goods_come_back_at_their_share_whatever_is_kept():
    line = HeldLine(quantity=1, list_cents=10_000, shares=(1667,))
    assert refund_units(line, 1).refund_cents == 8333
    assert refund_units(line, 1).reversed_cents == (1667,)


@pytest.mark.req("REV-02")
def test_amounts_without_goods_before_between_and_after_units_sum_to_what_was_paid():
    line, refunds = HeldLine(quantity=3, list_cents=30_000, shares=(5000,)), []
    line = refund_amount(line, 1000)
    refunds.append(refund_units(line, 1).refund_cents)
    line = after_return(line, 1)
    line = refund_amount(line, 1)
    for _ in range(2):
        refunds.append(refund_units(line, 1).refund_cents)
        line = after_return(line, 1)
    assert refunds == [8000, 7999, 8000]
    assert sum(refunds) + 1000 + 1 == 25_000
