from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coupons import tasks
from coupons.commands import tidying
from coupons.commands.redemption import lock_coupons
from coupons.models import Coupon, TemplateBudget, TemplateBudgetEntry
from pricing.clock import database_now
from promo_site.celery import app
from tests.factories.coupons import make_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07", "CPN-09")]


def lock(coupon, *, deadline):
    order = {"customer_id": coupon.customer_id, "order_key": uuid4(), "deadline": deadline}
    lock_coupons(coupon_ids=[coupon.pk], at=database_now() - timedelta(hours=1), **order)


def test_overdue_locks_are_released_and_others_are_kept():
    now = database_now()
    overdue, kept = make_coupon(at=now - timedelta(days=1)), make_coupon(at=now - timedelta(days=1))
    lock(overdue, deadline=now - timedelta(seconds=1))
    lock(kept, deadline=now + timedelta(hours=1))
    assert tasks.release_overdue_locks() == 1
    assert tasks.release_overdue_locks() == 0
    assert [Coupon.objects.get(pk=coupon.pk).state for coupon in (overdue, kept)] == ["unused", "locked"]


def test_expired_coupons_give_their_reservation_back():
    now = database_now()
    expired = make_coupon(at=now - timedelta(days=2), valid_until=now - timedelta(seconds=1))
    kept = make_coupon(template=expired.template, at=now)
    assert tasks.settle_expired_coupons() == 1
    assert tasks.settle_expired_coupons() == 0
    assert TemplateBudget.objects.get().used_cents == kept.reserved_cents


@pytest.mark.req("CPN-02")
def test_many_coupons_that_expire_at_once_are_settled_a_few_statements_at_a_time(monkeypatch):
    monkeypatch.setattr(tidying, "BATCH", 3)
    now, template, other = database_now(), make_template(), make_template()
    yesterday = {"at": now - timedelta(days=2), "valid_until": now - timedelta(seconds=1)}
    for _ in range(7):
        make_coupon(template=template, **yesterday)
    make_coupon(template=other, **yesterday)
    used = make_coupon(template=template, **yesterday, state="used", order_key=uuid4())
    with CaptureQueriesContext(connection) as sent:
        assert tasks.settle_expired_coupons() == 8
    changing = [query["sql"] for query in sent if "UPDATE" in query["sql"]]
    assert len(changing) == 8  # three batches and one, each of coupons and of the purse
    assert TemplateBudget.objects.get(pk=template.pk).used_cents == used.reserved_cents == 1_000
    assert TemplateBudget.objects.get(pk=other.pk).used_cents == 0
    released = TemplateBudgetEntry.objects.filter(move="release", source="expiry", amount_cents=-1_000)
    assert released.count() == 8
    assert tasks.settle_expired_coupons() == 0


def test_lock_that_outlived_its_coupon_is_released_and_then_settled():
    now = database_now()
    coupon = make_coupon(at=now - timedelta(days=2), valid_until=now - timedelta(minutes=30))
    lock(coupon, deadline=now - timedelta(minutes=10))
    assert tasks.settle_expired_coupons() == 0
    assert tasks.release_overdue_locks() == 1
    assert tasks.settle_expired_coupons() == 1
    assert TemplateBudget.objects.get().used_cents == 0


def test_beat_wakes_tasks_that_exist():
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"].startswith("coupons.")}
    tasks = (
        "forget_code_tries",
        "forget_risk_attempts",
        "give_member_gifts",
        "release_overdue_locks",
        "remind_of_coupons",
        "settle_expired_coupons",
        "tell_of_held_attempts",
        "watch_budgets",
    )
    assert names == {f"coupons.tasks.{task}" for task in tasks}
    assert names <= set(app.tasks)
