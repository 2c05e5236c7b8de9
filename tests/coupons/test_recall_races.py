"""A recall and the sweep of expired coupons meet at the same coupon: its reservation goes back once."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from coupons.commands import recalling
from coupons.commands.recalling import take_back_coupon
from coupons.commands.tidying import settle_expired
from coupons.models import Coupon, TemplateBudget
from promo_site.audit.run import audit
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_coupon, make_template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-01", "CPN-02")]


@pytest.fixture
def recalled_amid_the_sweep(monkeypatch):
    """Recall an expired coupon of 10.00 beside a valid one; the sweep comes when the recall has read what it holds."""
    template = make_template(budget_cents=50_000)
    coupon, other = (make_coupon(template=template, customer=make_customer()) for _ in range(2))
    Coupon.objects.filter(pk=other.pk).update(valid_until=coupon.valid_until + timedelta(days=1))
    after, move = coupon.valid_until + timedelta(seconds=1), recalling.move_coupon

    def sweep():
        settle_expired(template_id=template.pk, at=after)
        connection.close()

    def move_after_the_sweep(*args, **changes):
        sweeper = Thread(target=sweep)
        sweeper.start()
        sweeper.join()
        return move(*args, **changes)

    monkeypatch.setattr(recalling, "move_coupon", move_after_the_sweep)
    return lambda: take_back_coupon(coupon_id=coupon.pk, reason="a slip", by=make_user(), at=after)


def test_what_a_recalled_coupon_held_goes_back_once(recalled_amid_the_sweep):
    assert recalled_amid_the_sweep()
    assert TemplateBudget.objects.get().used_cents == 1_000
    assert audit() == []


def test_it_would_go_back_twice_if_the_recall_did_not_hold_the_coupon(recalled_amid_the_sweep, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda query, **_options: query)
    assert recalled_amid_the_sweep()
    assert TemplateBudget.objects.get().used_cents == 0
    assert [found.check for found in audit()] != []
