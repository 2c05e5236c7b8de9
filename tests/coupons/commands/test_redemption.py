from datetime import timedelta
from uuid import uuid4

import pytest

from coupons.commands.redemption import lock_coupons, release_coupons, use_coupons
from coupons.commands.returning import return_coupons
from coupons.commands.tidying import release_overdue_lock, settle_expired
from coupons.models import CouponEvent, TemplateBudget, TemplateBudgetEntry
from coupons.refusals import CouponUnavailable, LockLost
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-09")]

QUARTER = timedelta(minutes=15)
DEADLINE = NOON + QUARTER


def lock(*coupons, order_key=None, at=NOON):
    order_key = order_key or uuid4()
    lock_coupons(
        coupon_ids=[coupon.pk for coupon in coupons],
        customer_id=coupons[0].customer_id,
        order_key=order_key,
        deadline=at + QUARTER,
        at=at,
    )
    return order_key


def row(coupon):
    coupon.refresh_from_db()
    return coupon.state, coupon.order_key


def moves(coupon):
    return list(CouponEvent.objects.filter(coupon=coupon).values_list("move", flat=True))


def purse(coupon):
    budget = TemplateBudget.objects.get(pk=coupon.template_id)
    entries = TemplateBudgetEntry.objects.filter(template=coupon.template_id).values_list("amount_cents", flat=True)
    assert sum(entries) == budget.used_cents
    return budget.used_cents


def test_order_locks_then_uses_a_coupon_and_both_times_are_kept():
    coupon = make_coupon()
    order = lock(coupon)
    assert row(coupon) == ("locked", order)
    assert (coupon.locked_at, coupon.lock_deadline) == (NOON, DEADLINE)
    paid_at = NOON + timedelta(minutes=1)
    use_coupons(order_key=order, at=paid_at)
    assert row(coupon) == ("used", order)
    assert (coupon.locked_at, coupon.lock_deadline, coupon.used_at) == (NOON, None, paid_at)
    assert moves(coupon) == ["issue", "lock", "use"]
    assert set(CouponEvent.objects.exclude(move="issue").values_list("order_key", flat=True)) == {order}


def test_every_step_done_twice_is_done_once():
    coupon = make_coupon()
    order = lock(coupon)
    lock(coupon, order_key=order)
    assert moves(coupon) == ["issue", "lock"]
    use_coupons(order_key=order, at=NOON)
    use_coupons(order_key=order, at=NOON)
    assert moves(coupon) == ["issue", "lock", "use"]
    assert purse(coupon) == 1_000
    assert return_coupons(order_key=order, at=NOON, reason="refund") == [coupon.pk]
    assert return_coupons(order_key=order, at=NOON, reason="refund") == []
    assert moves(coupon) == ["issue", "lock", "use", "return"]


def test_order_without_coupons_uses_releases_and_returns_nothing():
    order = uuid4()
    use_coupons(order_key=order, at=NOON)
    assert release_coupons(order_key=order, at=NOON, reason="cancelled") == 0
    assert return_coupons(order_key=order, at=NOON, reason="refund") == []


def test_second_order_does_not_get_a_locked_coupon():
    coupon = make_coupon()
    first = lock(coupon)
    with pytest.raises(CouponUnavailable, match="waiting for another order"):
        lock(coupon, at=DEADLINE - timedelta(microseconds=1))
    assert row(coupon) == ("locked", first)
    assert moves(coupon) == ["issue", "lock"]


def test_all_coupons_of_an_order_are_locked_or_none():
    customer = make_customer()
    free, used = make_coupon(customer=customer), make_coupon(customer=customer)
    use_coupons(order_key=lock(used), at=NOON)
    with pytest.raises(CouponUnavailable, match="has been used"):
        lock(free, used)
    assert row(free) == ("unused", None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"valid_until": NOON}, "has expired"),
        ({"valid_from": NOON + timedelta(seconds=1)}, "is valid from"),
        ({"state": "recalled"}, "was recalled"),
    ],
)
def test_coupon_that_is_not_valid_now_is_refused_with_the_reason(changes, why):
    coupon = make_coupon(at=NOON - timedelta(days=1), **changes)
    with pytest.raises(CouponUnavailable, match=why) as refusal:
        lock(coupon)
    assert refusal.value.field == "coupons"
    assert moves(coupon) == ["issue"]


def test_foreign_coupon_looks_like_one_that_does_not_exist():
    foreign, customer = make_coupon(), make_customer()
    order = {"customer_id": customer.pk, "order_key": uuid4(), "deadline": DEADLINE, "at": NOON}
    with pytest.raises(CouponUnavailable) as of_another:
        lock_coupons(coupon_ids=[foreign.pk], **order)
    with pytest.raises(CouponUnavailable) as unknown:
        lock_coupons(coupon_ids=[10**30], **order)
    assert str(of_another.value) == str(unknown.value)
    assert row(foreign) == ("unused", None)


def test_cancelled_order_frees_its_coupon_for_the_next():
    coupon = make_coupon()
    first = lock(coupon)
    assert release_coupons(order_key=first, at=NOON, reason="cancelled by the shopper") == 1
    assert row(coupon) == ("unused", None)
    assert CouponEvent.objects.last().reason == "cancelled by the shopper"
    second = lock(coupon)
    assert release_coupons(order_key=first, at=NOON, reason="cancelled again") == 0
    assert row(coupon) == ("locked", second)


def test_lock_past_its_deadline_is_free_without_any_worker():
    coupon = make_coupon()
    first = lock(coupon)
    second = lock(coupon, at=DEADLINE)
    assert row(coupon) == ("locked", second)
    events = CouponEvent.objects.filter(coupon=coupon).values_list("move", "order_key")
    assert list(events) == [("issue", None), ("lock", first), ("release", first), ("lock", second)]


def test_late_payment_of_an_order_whose_coupon_went_to_another_is_refused():
    coupon = make_coupon()
    first = lock(coupon)
    second = lock(coupon, at=DEADLINE)
    with pytest.raises(LockLost):
        use_coupons(order_key=first, at=DEADLINE)
    assert release_coupons(order_key=first, at=DEADLINE, reason="not paid in time") == 0
    use_coupons(order_key=second, at=DEADLINE)
    assert row(coupon) == ("used", second)


def test_late_payment_still_uses_a_coupon_that_nobody_took():
    coupon = make_coupon()
    order = lock(coupon)
    use_coupons(order_key=order, at=DEADLINE + QUARTER)
    assert row(coupon) == ("used", order)


def test_payment_after_the_cancellation_is_refused_and_cancellation_after_the_payment_changes_nothing():
    cancelled, paid = make_coupon(), make_coupon()
    order = lock(cancelled)
    release_coupons(order_key=order, at=NOON, reason="cancelled")
    with pytest.raises(LockLost):
        use_coupons(order_key=order, at=NOON)
    assert row(cancelled) == ("unused", None)
    order = lock(paid)
    use_coupons(order_key=order, at=NOON)
    assert release_coupons(order_key=order, at=NOON, reason="cancelled") == 0
    assert row(paid) == ("used", order)


def test_one_lost_coupon_keeps_the_others_from_being_used_too():
    customer = make_customer()
    kept, lost = make_coupon(customer=customer), make_coupon(customer=customer)
    order = lock(kept, lost)
    lock(lost, at=DEADLINE)
    with pytest.raises(LockLost):
        use_coupons(order_key=order, at=DEADLINE)
    assert row(kept) == ("locked", order)


def test_coupon_locked_before_its_end_may_be_paid_after_it():
    coupon = make_coupon(valid_until=NOON + timedelta(minutes=1))
    order = lock(coupon)
    use_coupons(order_key=order, at=NOON + timedelta(minutes=10))
    assert row(coupon) == ("used", order)


@pytest.mark.req("CPN-10")
def test_full_refund_gives_the_coupon_back_with_the_same_end():
    coupon = make_coupon()
    end = coupon.valid_until
    order = lock(coupon)
    use_coupons(order_key=order, at=NOON)
    assert return_coupons(order_key=order, at=NOON, reason="refund") == [coupon.pk]
    assert row(coupon) == ("unused", None)
    assert (coupon.valid_until, coupon.used_at, coupon.locked_at) == (end, None, None)
    assert row(coupon) == ("unused", None)
    assert lock(coupon)


@pytest.mark.req("CPN-10")
def test_expired_coupon_never_comes_back():
    coupon = make_coupon(valid_until=NOON + timedelta(hours=1))
    order = lock(coupon)
    use_coupons(order_key=order, at=NOON)
    assert return_coupons(order_key=order, at=NOON + timedelta(hours=1), reason="refund") == []
    assert row(coupon) == ("used", order)
    in_time = NOON + timedelta(hours=1, microseconds=-1)
    assert return_coupons(order_key=order, at=in_time, reason="refund") == [coupon.pk]


@pytest.mark.req("CPN-02")
def test_use_settles_what_the_coupon_really_took_and_return_reserves_it_again():
    coupon = make_coupon()
    order = lock(coupon)
    assert purse(coupon) == 1_000
    use_coupons(order_key=order, at=NOON, spent_cents={coupon.pk: 600})
    assert purse(coupon) == 600
    return_coupons(order_key=order, at=NOON, reason="refund")
    assert purse(coupon) == 1_000
    entries = TemplateBudgetEntry.objects.values_list("move", "amount_cents", "source")
    assert list(entries) == [
        ("reserve", 1_000, "issue"),
        ("settle", -400, f"order:{order}"),
        ("restore", 400, f"order:{order}"),
    ]


@pytest.mark.req("CPN-02")
def test_returned_coupon_stays_usable_when_the_budget_has_no_room_left_for_it():
    template = make_template(budget_cents=1_500)
    first = make_coupon(template=template)
    order = lock(first)
    use_coupons(order_key=order, at=NOON, spent_cents={first.pk: 400})
    second = make_coupon(template=template)
    assert purse(second) == 1_400
    return_coupons(order_key=order, at=NOON, reason="refund")
    first.refresh_from_db()
    assert (first.reserved_cents, purse(first)) == (500, 1_500)
    use_coupons(order_key=lock(first), at=NOON)
    assert purse(first) == 1_500


@pytest.mark.req("CPN-02")
def test_coupon_that_took_more_than_its_expected_cost_is_honoured():
    coupon = make_coupon(template=make_template("percent_off", face_cents=500, budget_cents=500))
    order = lock(coupon)
    use_coupons(order_key=order, at=NOON, spent_cents={coupon.pk: 900})
    assert row(coupon) == ("used", order)
    assert purse(coupon) == 500


@pytest.mark.req("CPN-02")
def test_expiry_gives_the_reservation_back_once():
    coupon = make_coupon()
    assert not settle_expired(template_id=coupon.template_id, at=coupon.valid_until - timedelta(microseconds=1))
    assert purse(coupon) == 1_000
    assert settle_expired(template_id=coupon.template_id, at=coupon.valid_until)
    assert not settle_expired(template_id=coupon.template_id, at=coupon.valid_until)
    assert purse(coupon) == 0
    assert row(coupon) == ("unused", None)


def test_used_coupon_is_not_settled_by_its_expiry():
    coupon = make_coupon()
    use_coupons(order_key=lock(coupon), at=NOON)
    assert not settle_expired(template_id=coupon.template_id, at=coupon.valid_until)
    assert purse(coupon) == 1_000


def test_sweep_frees_a_lock_at_its_deadline_and_not_before():
    coupon = make_coupon()
    order = lock(coupon)
    assert not release_overdue_lock(coupon_id=coupon.pk, at=DEADLINE - timedelta(microseconds=1))
    assert row(coupon) == ("locked", order)
    assert release_overdue_lock(coupon_id=coupon.pk, at=DEADLINE)
    assert not release_overdue_lock(coupon_id=coupon.pk, at=DEADLINE)
    assert row(coupon) == ("unused", None)
    with pytest.raises(LockLost):
        use_coupons(order_key=order, at=DEADLINE)
