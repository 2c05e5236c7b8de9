from datetime import timedelta

import pytest

from coupons.models import Coupon
from coupons.selectors.wallet import ends_soon, held_coupons, wallet
from pricing.engine.facts import HeldCoupon
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07", "CPN-08")]

HOUR = timedelta(hours=1)


def locked_until(coupon, deadline):
    Coupon.objects.filter(pk=coupon.pk).update(
        state="locked", order_key=coupon.number, locked_at=NOON - HOUR, lock_deadline=deadline
    )
    return coupon


def used(coupon):
    Coupon.objects.filter(pk=coupon.pk).update(state="used", order_key=coupon.number, used_at=NOON)
    return coupon


def test_engine_is_told_the_coupons_that_have_not_ended_and_which_are_locked():
    customer = make_customer()
    free = make_coupon(customer=customer, valid_until=NOON + HOUR)
    locked = locked_until(make_coupon(customer=customer, valid_until=NOON + 2 * HOUR), NOON + HOUR)
    overdue = locked_until(make_coupon(customer=customer, valid_until=NOON + 3 * HOUR), NOON)
    make_coupon(customer=customer, at=NOON - 100 * HOUR, valid_until=NOON)
    used(make_coupon(customer=customer))
    make_coupon()
    held = held_coupons(customer=customer, at=NOON)
    assert [(coupon.id, coupon.locked) for coupon in held] == [
        (f"coupon:{free.pk}", False),
        (f"coupon:{locked.pk}", True),
        (f"coupon:{overdue.pk}", False),
    ]
    assert held[0] == HeldCoupon(
        id=f"coupon:{free.pk}",
        offer=f"template:{free.revision_id}",
        valid_from=free.valid_from,
        valid_until=free.valid_until,
    )


def test_guest_holds_nothing_and_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert held_coupons(customer=None, at=NOON) == ()


def test_wallet_sorts_coupons_by_what_can_be_done_with_them():
    customer, template = make_customer(), make_template()

    def make(**changes):
        return make_coupon(template=template, customer=customer, at=NOON - HOUR, **changes)

    later, sooner = make(valid_until=NOON + 2 * HOUR), make(valid_until=NOON + HOUR)
    waiting = locked_until(make(), NOON + HOUR)
    freed = locked_until(make(valid_until=NOON + 3 * HOUR), NOON)
    spent, recalled = used(make()), make(state="recalled")
    expired = make(valid_until=NOON)
    expired_while_locked = locked_until(make(valid_until=NOON - HOUR / 2), NOON)
    make_coupon(template=template)
    found = wallet(customer=customer, at=NOON)
    assert found.unused == (sooner, later, freed)
    assert found.awaiting_payment == (waiting,)
    assert found.used == (spent,)
    assert found.recalled == (recalled,)
    assert set(found.expired) == {expired, expired_while_locked}


def test_wallet_takes_two_queries_however_many_coupons(django_assert_num_queries):
    customer = make_customer()
    for _ in range(3):
        used(make_coupon(customer=customer))
        make_coupon(customer=customer)
    with django_assert_num_queries(2):
        found = wallet(customer=customer, at=NOON)
        assert [str(coupon.revision) for coupon in (*found.unused, *found.used)]


def test_coupon_ends_soon_within_three_days_of_its_end():
    coupon = make_coupon(valid_until=NOON + timedelta(days=3))
    assert ends_soon(coupon, at=NOON)
    assert not ends_soon(coupon, at=NOON - timedelta(microseconds=1))
    assert not ends_soon(coupon, at=coupon.valid_until)
