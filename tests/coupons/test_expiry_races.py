"""An order meets the sweep of expired coupons, whose clock is a moment ahead: what was given back is not spent."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection

from coupons.commands import redemption
from coupons.commands.redemption import lock_coupons, use_coupons
from coupons.commands.tidying import settle_expired
from coupons.models import Coupon, TemplateBudget
from coupons.refusals import CouponUnavailable
from promo_site.audit.run import audit
from tests.factories.coupons import make_coupon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-02", "CPN-09")]
MOMENT = timedelta(milliseconds=100)


@pytest.fixture
def ordered_amid_the_sweep(monkeypatch):
    """Order with a coupon of 10.00 a moment before it ends; the sweep comes before the order has locked it."""
    coupon, move = make_coupon(), redemption.move_coupon
    order_key, at = uuid4(), coupon.valid_until - MOMENT

    def sweep():
        settle_expired(template_id=coupon.template_id, at=coupon.valid_until + MOMENT)
        connection.close()

    def move_after_the_sweep(*args, **changes):
        sweeper = Thread(target=sweep)
        sweeper.start()
        sweeper.join()
        return move(*args, **changes)

    def order():
        wanted = {"coupon_ids": [coupon.pk], "customer_id": coupon.customer_id, "deadline": at + MOMENT}
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(redemption, "move_coupon", move_after_the_sweep)
            lock_coupons(**wanted, order_key=order_key, at=at)
        use_coupons(order_key=order_key, at=at)

    return order


def test_a_coupon_whose_reservation_was_given_back_meanwhile_is_refused_as_expired(ordered_amid_the_sweep):
    with pytest.raises(CouponUnavailable, match="has expired") as refusal:
        ordered_amid_the_sweep()
    assert refusal.value.field == "coupons"
    assert (Coupon.objects.get().state, TemplateBudget.objects.get().used_cents, audit()) == ("unused", 0, [])


def test_it_would_be_used_for_nothing_if_nobody_asked(ordered_amid_the_sweep, monkeypatch):
    monkeypatch.setattr(redemption, "_were_settled", lambda coupon_ids: False)
    ordered_amid_the_sweep()
    assert (Coupon.objects.get().state, TemplateBudget.objects.get().used_cents) == ("used", 0)
