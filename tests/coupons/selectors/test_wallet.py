from datetime import timedelta

import pytest

from coupons.selectors.wallet import held_coupons
from pricing.engine.facts import HeldCoupon
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import locked_until, make_coupon, make_template, used

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07", "CPN-08")]

HOUR = timedelta(hours=1)


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


def test_of_equal_coupons_the_engine_is_told_the_one_that_expires_first():
    customer, template = make_customer(), make_template()
    later, sooner = (
        make_coupon(customer=customer, template=template, valid_until=NOON + hours * HOUR) for hours in (9, 4)
    )
    other_kind = make_coupon(customer=customer, valid_until=NOON + 5 * HOUR)
    held = held_coupons(customer=customer, at=NOON)
    assert [coupon.id for coupon in held] == [sooner.offer_id, other_kind.offer_id]
    picked = held_coupons(customer=customer, at=NOON, picked=[later.pk])
    assert [coupon.id for coupon in picked] == [sooner.offer_id, other_kind.offer_id, later.offer_id]


def test_coupon_that_can_be_used_is_told_beside_equal_ones_that_cannot_be():
    customer, template = make_customer(), make_template()

    def make(hours, **changes):
        return make_coupon(customer=customer, template=template, valid_until=NOON + hours * HOUR, **changes)

    kept = [locked_until(make(hours), NOON + HOUR) for hours in (2, 3)]
    not_begun = [make(hours, valid_from=NOON + HOUR) for hours in (4, 5)]
    usable = [make(hours) for hours in (6, 7)]
    held = held_coupons(customer=customer, at=NOON)
    assert [coupon.id for coupon in held] == [first.offer_id for first in (kept[0], not_begun[0], usable[0])]


def test_a_wallet_of_many_equal_coupons_asks_one_question(django_assert_num_queries):
    customer, template = make_customer(), make_template()
    for _ in range(4):
        make_coupon(customer=customer, template=template)
    with django_assert_num_queries(1):
        assert len(held_coupons(customer=customer, at=NOON)) == 1
