"""Refunds in any order give back exactly what was paid, row by row."""

from random import Random

import pytest

from pricing.engine.document import price_document
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.refund import HeldLine, after_return, refund_amount, refund_repriced, refund_units
from tests.pricing.engine.random_carts import random_document

LINE = HeldLine(quantity=3, list_cents=30_000, shares=(5000, 1001))


@pytest.mark.req("PRC-05", "REV-04")
def test_any_sequence_of_part_refunds_of_1000_random_orders_gives_back_what_was_paid_share_by_share():
    for seed in range(1000):
        random = Random(seed)
        for line in price_document(random_document(seed)).lines:
            shares = tuple(share.cents for share in line.shares)
            order_line = HeldLine(line.quantity, line.list_cents * line.quantity, shares)
            refunded, reversed_rows = _return_all(random, order_line)
            assert refunded == line.net_cents
            assert tuple(reversed_rows[: len(shares)]) == shares


def _return_all(random, line):
    """Return what came back in money, amounts included, and per row, when all units are sent back step by step."""
    refunded, rows = 0, [0] * len(line.shares)
    while line.returned < line.quantity:
        held_cents = line.held_cents
        if held_cents and random.random() < 0.3:
            cents = random.randint(1, held_cents)
            line, refunded, rows = refund_amount(line, cents), refunded + cents, [*rows, 0]
            assert line.held_cents == held_cents - cents
            continue
        units = random.randint(1, line.quantity - line.returned)
        step = refund_units(line, units)
        assert step.list_cents == step.refund_cents + sum(step.reversed_cents)
        assert min((step.refund_cents, *step.reversed_cents)) >= 0
        refunded += step.refund_cents
        rows = [row + part for row, part in zip(rows, step.reversed_cents, strict=True)]
        line = after_return(line, units)
    assert line.held_cents == 0
    for amount, row in zip(line.amounts, rows[len(line.shares) :], strict=True):
        assert row == amount.cents
    return refunded, rows


@pytest.mark.req("PRC-05", "REV-04")
def test_no_row_ever_takes_a_cent_back_that_was_given_back():
    line, rows = HeldLine(6, 59_994, (1, 1, 1)), []
    for _ in range(6):
        rows.append(refund_units(line, 1).reversed_cents)
        line = after_return(line, 1)
    assert min(min(row) for row in rows) == 0
    assert [sum(row) for row in zip(*rows, strict=True)] == [1, 1, 1]


@pytest.mark.req("PRC-05")
def test_each_step_is_the_difference_of_two_floors():
    first = refund_units(LINE, 1)
    rest = refund_units(after_return(LINE, 1), 2)
    assert (first.refund_cents, first.reversed_cents) == (7999, (1667, 334))
    assert (rest.refund_cents, rest.reversed_cents) == (16_000, (3333, 667))


@pytest.mark.req("REV-02")
@pytest.mark.parametrize("units", [0, -1, 4])
def test_more_units_than_held_are_refused(units):
    with pytest.raises(ReturnsTooMany) as refused:
        refund_units(LINE, units)
    assert refused.value.field == "units"
    assert str(refused.value) == "units: Between 1 and 3 can be returned."


@pytest.mark.req("REV-02")
@pytest.mark.parametrize("cents", [0, -5, 24_000])
def test_more_money_than_held_is_refused(cents):
    with pytest.raises(ReturnsTooMany) as refused:
        refund_amount(LINE, cents)
    assert refused.value.figures == {"held_cents": 23_999}


@pytest.mark.req("REV-05")
@pytest.mark.parametrize(
    ("held_cents", "kept_price_cents", "expected"),
    [(19_000, 5000, (14_000, 0)), (4000, 5000, (0, 1000)), (5000, 5000, (0, 0))],
)
def test_what_cannot_be_collected_is_told(held_cents, kept_price_cents, expected):
    refund = refund_repriced(held_cents=held_cents, kept_price_cents=kept_price_cents)
    assert (refund.refund_cents, refund.not_collected_cents) == expected
