"""The clock decides, workers tidy."""

import time
from datetime import timedelta

import pytest
from django.conf import settings

from campaigns.models import StockBucket
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront import tasks
from storefront.models import MoneyTransfer, Order
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order, order_cart, refund

PATIENCE_SECONDS = 20


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


def test_beat_wakes_both_timers():
    woken = {entry["task"]: entry for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for task in (tasks.cancel_unpaid_orders, tasks.send_money_back):
        assert woken[task.name]["options"]["expires"] <= woken[task.name]["schedule"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("CAM-10", "PRC-01")
def test_start_and_end_of_a_campaign_need_no_worker():
    sku = make_sku()
    starts_at = database_now() + timedelta(seconds=1)
    make_campaign("percent_off", sku=sku, starts_at=starts_at, ends_at=starts_at + timedelta(seconds=1))
    charged = []
    for moment in (starts_at - timedelta(seconds=1), starts_at, starts_at + timedelta(seconds=1)):
        time.sleep(max(0, (moment - database_now()).total_seconds()))
        charged.append(order_cart(make_cart({sku: 1})).total_cents)
    assert charged == [10_000, 8_000, 10_000]
