"""Who waits too long for a lock is told so; who meets a deadlock is served at the second attempt."""

from threading import Barrier

import pytest
from django.db import connection, transaction

from campaigns.models import Customer
from pricing import transactions
from pricing.transactions import Busy, command
from storefront.commands.cancelling import cancel_order
from storefront.models import Order
from tests.factories.campaigns import make_customer
from tests.factories.storefront import make_order
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_lock_that_cannot_be_had_in_time_is_a_refusal_and_changes_nothing():
    order, taken, told = make_order(), Barrier(2), Barrier(2)

    def hold():
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            taken.wait(PATIENCE_SECONDS)
            told.wait(PATIENCE_SECONDS)

    def try_to_cancel():
        taken.wait(PATIENCE_SECONDS)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 100")
        try:
            return cancel_order(order_id=order.pk, reason="", at=order.placed_at)
        finally:
            told.wait(PATIENCE_SECONDS)

    _, answer = all_at_once([hold, try_to_cancel])
    assert isinstance(answer, Busy)
    assert Order.objects.get(pk=order.pk).state == "awaiting_payment"


def crossing(first: Customer, second: Customer, meet: Barrier, tries: list[int]):
    """A command that locks two rows in its own order; the first time it waits until the other holds its first."""

    @command
    def lock_both() -> str:
        tries.append(first.pk)
        Customer.objects.select_for_update().get(pk=first.pk)
        if tries.count(first.pk) == 1:
            meet.wait(PATIENCE_SECONDS)
        Customer.objects.select_for_update().get(pk=second.pk)
        return "done"

    return lock_both


def test_deadlock_is_repeated_until_both_are_done():
    one, two, meet, tries = make_customer(), make_customer(), Barrier(2), []
    works = [crossing(one, two, meet, tries), crossing(two, one, meet, tries)]
    assert all_at_once(works) == ["done", "done"]
    assert len(tries) == 3


def test_without_the_repetition_one_of_them_is_refused(monkeypatch):
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)
    one, two, meet, tries = make_customer(), make_customer(), Barrier(2), []
    answers = all_at_once([crossing(one, two, meet, tries), crossing(two, one, meet, tries)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Busy", "str"]
