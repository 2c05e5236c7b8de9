"""The clock decides, workers tidy."""

import time
from datetime import timedelta

import pytest
from django.conf import settings

from campaigns.models import StockBucket
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront import tasks
from storefront.commands.cancelling import cancel_overdue
from storefront.gateways.test_gateway import TestGateway
from storefront.models import MoneyTransfer, Order
from tests.factories import FAR_AHEAD, LONG_AGO
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order, order_cart, refund

PATIENCE_SECONDS = 90  # a machine may be busy with other tests


def overdue_order(sku) -> Order:
    order = make_order({sku: 2}, customer=make_customer())
    Order.objects.filter(pk=order.pk).update(pay_by=database_now() - timedelta(seconds=1))
    return order


@pytest.mark.slow
@pytest.mark.req("SHP-07", "REV-01")
def test_real_worker_cancels_an_overdue_order_and_leaves_the_others(celery_worker):
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=10)
    overdue, in_time = overdue_order(sku), make_order({sku: 1})
    tasks.cancel_unpaid_orders.delay()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Order.objects.get(pk=overdue.pk).state != "cancelled":
        assert time.monotonic() < deadline, "the worker did not cancel the order"
        time.sleep(0.1)
    assert Order.objects.get(pk=in_time.pk).state == "awaiting_payment"
    assert StockBucket.objects.get().used == 1
    assert audit() == []


@pytest.mark.django_db
def test_timer_that_runs_twice_cancels_once():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, stock=10)
    order = overdue_order(sku)
    tasks.cancel_unpaid_orders()
    tasks.cancel_unpaid_orders()
    assert order.transitions.get().reason == "not paid in time"
    assert StockBucket.objects.get().used == 0


@pytest.mark.django_db
def test_timer_sends_refunds_back_through_the_provider_once():
    sku = make_sku()
    order = make_paid_order({sku: 1})
    given_back = refund(order, {sku: 1})
    tasks.send_money_back()
    tasks.send_money_back()
    assert MoneyTransfer.objects.get().reference == f"back-refund:{order.number}:{given_back.pk}"


@pytest.mark.django_db
@pytest.mark.req("SHP-07")
def test_worker_whose_clock_is_fast_cancels_nothing_too_early(monkeypatch):
    order = make_order({make_sku(): 1})
    monkeypatch.setattr("django.utils.timezone.now", lambda: order.pay_by + timedelta(hours=1))
    tasks.cancel_unpaid_orders()
    assert Order.objects.get().state == "awaiting_payment"


@pytest.mark.django_db
@pytest.mark.req("REV-01")
def test_order_that_cannot_be_cancelled_keeps_no_other_waiting(monkeypatch, caplog):
    sku = make_sku()
    broken, sound = overdue_order(sku), overdue_order(sku)

    def cancel(*, order_id, at):
        if order_id == broken.pk:
            raise RuntimeError("a bug")
        return cancel_overdue(order_id=order_id, at=at)

    monkeypatch.setattr(tasks, "cancel_overdue", cancel)
    tasks.cancel_unpaid_orders()
    states = dict(Order.objects.values_list("pk", "state"))
    assert states == {broken.pk: "awaiting_payment", sound.pk: "cancelled"}
    assert f"not done: {broken.pk}" in caplog.text


@pytest.mark.django_db
def test_provider_that_does_not_answer_for_one_entry_gets_the_others(monkeypatch):
    orders = [make_paid_order({sku: 1}) for sku in (make_sku(), make_sku())]
    first, second = [refund(order, {order.lines.get().sku: 1}) for order in orders]
    send_back = TestGateway.send_back

    def answer_for_the_second(self, *, reference, amount_cents):
        if reference.endswith(f":{first.pk}"):
            raise ConnectionError("no answer")
        return send_back(self, reference=reference, amount_cents=amount_cents)

    monkeypatch.setattr(TestGateway, "send_back", answer_for_the_second)
    tasks.send_money_back()
    assert MoneyTransfer.objects.get().entry.refund_id == second.pk
    monkeypatch.undo()
    tasks.send_money_back()
    assert MoneyTransfer.objects.count() == 2


def test_beat_wakes_both_timers():
    woken = {entry["task"]: entry for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for task in (tasks.cancel_unpaid_orders, tasks.send_money_back):
        assert woken[task.name]["options"]["expires"] <= woken[task.name]["schedule"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("CAM-10", "PRC-01")
def test_start_and_end_of_a_campaign_need_no_worker():
    # A machine that is too busy to order within a second gets a longer campaign.
    charged = next(filter(None, map(charged_before_during_and_after, (1, 5, 25))))
    assert charged == [10_000, 8_000, 10_000]


def charged_before_during_and_after(seconds: int) -> list[int]:
    """Return what one piece costs around a campaign of so many seconds; nothing if an order came after its time."""
    sku, length = make_sku(), timedelta(seconds=seconds)
    starts_at = database_now() + length
    ends_at = starts_at + length
    make_campaign("percent_off", sku=sku, starts_at=starts_at, ends_at=ends_at)
    charged = []
    for since, until in ((LONG_AGO, starts_at), (starts_at, ends_at), (ends_at, FAR_AHEAD)):
        time.sleep(max(0, (since - database_now()).total_seconds()))
        charged.append(order_cart(make_cart({sku: 1})).total_cents)
        if database_now() >= until:
            return []
    return charged
