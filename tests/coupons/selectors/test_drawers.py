from datetime import timedelta

import pytest

from coupons.commands.recalling import recall_coupon
from coupons.selectors.drawers import DRAWERS, coupons_in, drawer_counts, drawer_of, ends_soon, recall_reasons
from coupons.selectors.risk_history import history_of
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import locked_until, make_coupon, make_template, used
from tests.factories.pricing import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07")]

HOUR = timedelta(hours=1)


def lying_in(drawer, customer, **wanted):
    return list(coupons_in(drawer, customer=customer, at=NOON, **wanted))


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
    assert {drawer: lying_in(drawer, customer) for drawer in DRAWERS} == {
        "unused": [sooner, later, freed],
        "awaiting_payment": [waiting],
        "used": [spent],
        "expired": [expired, expired_while_locked],
        "recalled": [recalled],
    }
    assert all(drawer_of(coupon, at=NOON) == drawer for drawer in DRAWERS for coupon in lying_in(drawer, customer))


def test_drawers_are_counted_in_one_query(django_assert_num_queries):
    customer = make_customer()
    for _ in range(2):
        used(make_coupon(customer=customer))
    make_coupon(customer=customer)
    with django_assert_num_queries(1):
        counts = drawer_counts(customer=customer, at=NOON)
    assert counts == {"unused": 1, "awaiting_payment": 0, "used": 2, "expired": 0, "recalled": 0}


@pytest.mark.req("CPN-11")
def test_who_decides_about_a_held_attempt_reads_the_coupons_as_their_customer_does():
    customer = make_customer()
    make_coupon(customer=customer, at=NOON - HOUR, valid_until=NOON)
    locked_until(make_coupon(customer=customer), NOON)
    used(make_coupon(customer=customer))
    assert history_of(customer.pk, at=NOON).coupons == {"unused": 1, "used": 1, "expired": 1}


def test_coupons_are_sorted_by_end_by_issue_and_by_worth():
    customer = make_customer()
    small = make_coupon(customer=customer, template=make_template(params={"off_cents": 500}), at=NOON - HOUR)
    large = make_coupon(customer=customer, template=make_template(params={"off_cents": 900}), at=NOON - 9 * HOUR)
    late = make_coupon(customer=customer, template=make_template(params={"off_cents": 700}, valid_days=60), at=NOON)
    assert lying_in("unused", customer) == [large, small, late]
    assert lying_in("unused", customer, sort="new") == [late, small, large]
    assert lying_in("unused", customer, sort="worth") == [large, late, small]


def test_coupons_are_found_by_words_in_both_languages_and_by_their_shop():
    customer, shop = make_customer(), make_shop(name="Qinghe", name_zh="清河")
    tea = make_coupon(customer=customer, template=make_template(name="Tea time", name_zh="茶时光", shop=shop))
    make_coupon(customer=customer, template=make_template(name="Shoes"))
    for words in ("tea", "茶", "TIME qinghe", "清河"):
        assert lying_in("unused", customer, words=words) == [tea]
    assert lying_in("unused", customer, words="tea shoes") == []


def test_what_ends_soon_can_be_seen_alone():
    customer = make_customer()
    make_coupon(customer=customer, valid_until=NOON + timedelta(days=3, seconds=1))
    soon = make_coupon(customer=customer, valid_until=NOON + timedelta(days=3))
    assert lying_in("unused", customer, soon=True) == [soon]


def test_recalled_coupons_say_why(django_assert_num_queries):
    recalled, kept = make_coupon(), make_coupon()
    recall_coupon(coupon_id=recalled.pk, order_key=recalled.number, reason="the order was refunded in full", at=NOON)
    recalled.refresh_from_db()
    assert recall_reasons([recalled, kept]) == {recalled.pk: "the order was refunded in full"}
    with django_assert_num_queries(0):
        assert recall_reasons([kept]) == {}


def test_coupon_ends_soon_within_three_days_of_its_end():
    coupon = make_coupon(valid_until=NOON + timedelta(days=3))
    assert ends_soon(coupon, at=NOON)
    assert not ends_soon(coupon, at=NOON - timedelta(microseconds=1))
    assert not ends_soon(coupon, at=coupon.valid_until)
