"""The last pieces under a rush of buyers, on real PostgreSQL. Each guard is also switched off once."""

from collections import Counter
from contextlib import contextmanager
from functools import partial
from time import sleep

import pytest
from django.db import connection
from django.db.models import Sum

from campaigns.commands import reserving, stock
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.models import StockBucket
from campaigns.refusals import NothingToReserve
from pricing.clock import database_now
from pricing.commands import on_hand
from pricing.models import OnHandStock, StockMovement
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.models import Order
from tests.factories import FAR_AHEAD
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order
from tests.reliability.shoppers import Bought, buy, fingerprint_of, units_at_a_discount
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

CHEAP, FULL = 8_000, 10_000


def orders_of(sku, buyers: int, *, units: int = 1) -> list[partial]:
    """So many customers with the SKU in their carts, each about to order at the price that is shown."""
    carts = [make_cart({sku: units}, customer=make_customer()) for _ in range(buyers)]
    agreed = fingerprint_of(carts[0])  # the same goods at the same prices
    assert agreed == fingerprint_of(carts[-1])
    return [partial(buy, cart.pk, agreed) for cart in carts]


def outcomes(answers) -> Counter:
    """Count what was paid, and refusals by their names."""
    return Counter(answer.total_cents if isinstance(answer, Bought) else type(answer).__name__ for answer in answers)


@contextmanager
def without_check(table: str, constraint: str):
    """Take the CHECK away that stands behind a guard; the test's rows go with the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition} NOT VALID")


@pytest.mark.req("CAM-08")
def test_last_unit_in_16_buckets_goes_to_one_of_64_buyers():
    # given 100 units in 16 buckets, 99 of them sold
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 100})
    make_order({sku: 99})
    assert StockBucket.objects.count() == 16
    # when / then
    assert outcomes(all_at_once(orders_of(sku, 64))) == {CHEAP: 1, FULL: 63}
    assert StockBucket.objects.aggregate(used=Sum("used"))["used"] == 100
    assert audit() == []


@pytest.mark.req("CAM-08")
def test_64_buyers_of_two_leave_none_of_100_units_in_16_buckets_behind():
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 100})
    answers = outcomes(all_at_once(orders_of(sku, 64, units=2)))
    assert answers[2 * CHEAP] * 2 + answers[CHEAP + FULL] == 100
    assert sum(answers.values()) == answers[2 * CHEAP] + answers[CHEAP + FULL] + answers[2 * FULL] == 64
    assert units_at_a_discount(sku) == StockBucket.objects.aggregate(used=Sum("used"))["used"] == 100
    assert audit() == []


def test_without_gathering_units_are_left_behind_in_the_buckets(monkeypatch):
    monkeypatch.setattr(stock, "_gather", lambda buckets, units, *, act: stock.Moved(short=units))
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 100})
    # 100 units are 12 buckets of 6 and 4 of 7: whoever wants four leaves two or three in each
    all_at_once(orders_of(sku, 20, units=4))
    assert StockBucket.objects.aggregate(used=Sum("used"))["used"] == 64
    assert audit() == []


def careless(buckets, units, *, act):
    """Read, check, write."""
    bucket = min(buckets, key=lambda row: (row.used >= row.total, row.used))
    if bucket.used + units > bucket.total:
        return stock.Moved(short=units)
    sleep(0.05)  # long enough for another buyer to have read the same
    bucket.used += units
    bucket.save()
    return stock.Moved(backed=units if bucket.is_backed else 0)


def test_without_the_guarded_update_the_last_unit_is_sold_more_than_once(monkeypatch):
    sku = make_sku()
    make_campaign("percent_off", stock={sku: 100})
    make_order({sku: 99})
    monkeypatch.setattr(stock, "_move", careless)
    assert outcomes(all_at_once(orders_of(sku, 24)))[CHEAP] > 1
    assert audit()


@pytest.mark.req("CAM-17")
def test_64_buyers_of_20_pieces_in_the_house_get_exactly_20():
    sku = make_sku(on_hand=20)
    answers = outcomes(all_at_once(orders_of(sku, 64)))
    assert answers.pop(FULL) == 20
    assert sum(answers.values()) == 44
    assert set(answers) <= {"NoneLeft", "SoldOut"}
    assert OnHandStock.objects.get().free == 0
    assert audit() == []


@pytest.mark.req("CAM-17", "CAM-08")
def test_64_buyers_get_all_reserved_pieces_and_all_free_ones_and_no_more():
    # given 40 pieces, 24 of them reserved and spread over 4 buckets
    sku = make_sku(on_hand=40)
    make_campaign("percent_off", stock={sku: 24})
    assert OnHandStock.objects.get().free == 16
    # when
    answers = outcomes(all_at_once(orders_of(sku, 64)))
    # then
    assert (answers.pop(CHEAP), answers.pop(FULL)) == (24, 16)
    assert set(answers) <= {"NoneLeft", "SoldOut"}
    assert OnHandStock.objects.get().free == 0
    assert StockBucket.objects.aggregate(used=Sum("used"))["used"] == 24
    assert audit() == []


def test_without_guard_and_check_more_pieces_are_sold_than_are_in_the_house(monkeypatch):
    guard = "AND stock.free + due.free_units BETWEEN 0 AND %(most)s"
    assert guard in on_hand.MOVE
    monkeypatch.setattr(on_hand, "MOVE", on_hand.MOVE.replace(guard, "AND %(most)s > 0"))
    sku = make_sku(on_hand=20)
    works = orders_of(sku, 24)
    with (
        without_check("pricing_onhandstock", "on_hand_is_never_oversold"),
        without_check("pricing_onhandstock", "pricing_onhandstock_free_check"),
    ):
        sold = outcomes(all_at_once(works))[FULL]
        left = OnHandStock.objects.get().free
        OnHandStock.objects.update(free=0)
    assert sold > 20
    assert left == 20 - sold


def approval(revision) -> partial:
    submit_campaign(revision_id=revision.pk, by=revision.author, at=database_now())
    revision.refresh_from_db()
    return partial(
        approve_campaign,
        revision_id=revision.pk,
        seen_hash=revision.content_hash,
        by=make_user(groups=["approver"]),
        at=database_now(),
    )


def coming(sku, units: int):
    """A draft of a campaign that has not begun, so that nobody can buy what it reserves."""
    return make_revision(
        "percent_off", stock={sku: units}, starts_at=FAR_AHEAD.replace(year=FAR_AHEAD.year - 1), ends_at=FAR_AHEAD
    )


@pytest.mark.req("CAM-17")
def test_reservation_and_sales_at_one_moment_share_the_pieces_without_a_rest():
    for _ in range(2):
        # given 40 pieces, 40 buyers and a campaign that wants 15
        sku = make_sku(on_hand=40)
        works = [*orders_of(sku, 40), approval(coming(sku, 15))]
        # when
        *bought, approved = all_at_once(works)
        # then
        answers = outcomes(bought)
        assert approved is None or isinstance(approved, NothingToReserve)
        reserved = 0 if approved else 15
        assert answers[FULL] == 40 - reserved
        assert OnHandStock.objects.get(pk=sku.pk).free == 0
    assert audit() == []


def test_without_the_guard_a_reservation_takes_what_is_sold_at_the_same_moment(monkeypatch):
    def read_and_write_later(pieces, *, campaign, revision):
        ((sku_id, units),) = ((sku_id, units) for sku_id, units in pieces.items() if units)
        free = OnHandStock.objects.get(pk=sku_id).free
        assert free >= units
        all_at_once(works)
        OnHandStock.objects.filter(pk=sku_id).update(free=free - units)

    monkeypatch.setattr("campaigns.commands.caps.reserve", read_and_write_later)
    sku = make_sku(on_hand=40)
    works = orders_of(sku, 40)
    approval(coming(sku, 15))()
    assert Order.objects.count() == 40
    assert OnHandStock.objects.get().free == 25
    assert audit()


@pytest.mark.req("CAM-17")
def test_release_at_the_end_against_sales_and_cancellations_loses_no_piece():
    # given a campaign that is over, with 20 of 40 pieces still reserved and orders of it that may be cancelled
    sku = make_sku(on_hand=40)
    campaign = make_campaign("percent_off", stock={sku: 30})
    placed = [make_order({sku: 1}) for _ in range(10)]
    works = orders_of(sku, 20)
    type(campaign).objects.filter(pk=campaign.pk).update(state="stopped")
    at = database_now()
    cancels = [partial(cancel_order, order_id=order.pk, reason="changed my mind", at=at) for order in placed]
    # when
    answers = all_at_once([*works, *cancels, *[partial(reserving.release_due, at=at)] * 3])
    # then
    sold = outcomes(answers[:20])[FULL]
    assert OnHandStock.objects.get().free == 40 - sold
    assert StockMovement.objects.filter(kind="release").count() == 1
    assert not StockBucket.objects.filter(is_backed=True).exists()
    assert audit() == []
