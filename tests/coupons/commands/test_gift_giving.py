"""Gifts to members come by themselves, once for each occasion, whoever looks and however often."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from campaigns.commands.customers import BirthdayRefused, enter_birthday
from campaigns.commands.review import NotReady
from campaigns.commands.transitions import Step, move_subject
from campaigns.models import Customer, LevelChange, StaffNotice
from coupons import tasks
from coupons.commands import gift_giving
from coupons.commands.gift_giving import give_what_is_due, note_sign_up, try_again
from coupons.commands.member_gifts import MEMBER_GIFTS
from coupons.commands.rises import note_rises
from coupons.models import Coupon, CouponTemplate, GiftDue, MemberGift, TemplateBudget
from coupons.selectors.member_gifts import birthdays_of
from promo_site.audit.run import audit
from storefront.commands.joining import open_account
from tests.factories import LONG_AGO, NOON
from tests.factories.audience import make_level
from tests.factories.campaigns import make_checker, make_customer
from tests.factories.coupons import make_template
from tests.factories.member_gifts import make_member_gift
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]

TODAY = datetime(2026, 3, 10, 4, tzinfo=UTC)


def born(month, day, **fields):
    return make_customer(birth_month=month, birth_day=day, **fields)


def occasions():
    return sorted(GiftDue.objects.filter(coupon__isnull=False).values_list("customer", "occasion"))


def test_who_signs_up_finds_the_coupon_in_the_wallet(django_capture_on_commit_callbacks):
    gift = make_member_gift("sign_up")
    make_customer()  # was there before
    with django_capture_on_commit_callbacks(execute=True):
        user = open_account(username="newcomer", password="a long secret", name="New", at=NOON)
    coupon = Coupon.objects.get()
    assert (coupon.customer.user, coupon.route) == (user, "gift")
    assert coupon.grant_key == f"gift:{gift.pk}:{coupon.customer_id}:sign-up"
    note_sign_up(customer_id=coupon.customer_id, at=NOON)
    assert give_what_is_due(at=NOON) == 0
    assert audit() == []


def test_what_a_crash_has_left_the_timer_gives():
    make_member_gift("sign_up")
    customer = make_customer()
    note_sign_up(customer_id=customer.pk, at=NOON)  # nothing is given before the commit
    assert not Coupon.objects.exists()
    assert (give_what_is_due(at=NOON), give_what_is_due(at=NOON)) == (1, 0)
    assert occasions() == [(customer.pk, "sign-up")]


def test_outside_its_period_and_while_it_is_paused_nothing_is_promised():
    gift = make_member_gift("sign_up", ends_at=NOON + timedelta(days=1))
    note_sign_up(customer_id=make_customer().pk, at=NOON + timedelta(days=1))
    move_subject(MEMBER_GIFTS, gift.pk, Step("pause", make_checker(), NOON, "mistake"))
    note_sign_up(customer_id=make_customer().pk, at=NOON)
    assert not GiftDue.objects.exists()


def change_level(customer, *levels):
    for level in levels:  # as an import would: nobody tells the gifts
        Customer.objects.filter(pk=customer.pk).update(level=level)


def test_a_rise_counts_once_for_each_level_and_a_fall_never():
    make_level("silver", rank=1)
    make_level("gold", rank=2)
    for level in ("silver", "gold"):
        make_member_gift("level_up", level=level)
    risen, fallen, unknown = make_customer(), make_customer(level="gold"), make_customer()
    change_level(risen, "silver", "gold", "silver", "gold")
    change_level(fallen, "silver", "")
    change_level(unknown, "unknown")
    assert (note_rises(), note_rises(), LevelChange.objects.count()) == (2, 0, 0)
    give_what_is_due(at=NOON)
    assert occasions() == [(risen.pk, "level:gold"), (risen.pk, "level:silver")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_a_bulk_change_of_levels_gives_everybody_one_coupon_however_many_timers_look():
    make_level("gold", rank=2)
    make_member_gift("level_up", level="gold")
    customers = [make_customer() for _ in range(6)]
    Customer.objects.filter(pk__in=[row.pk for row in customers]).update(level="gold")
    all_at_once([tasks.give_member_gifts] * 4)
    assert Coupon.objects.count() == Coupon.objects.values("customer").distinct().count() == 6


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (date(2026, 2, 28), [(2, 28), (2, 29)]),
        (date(2028, 2, 28), [(2, 28)]),
        (date(2028, 2, 29), [(2, 29)]),
        (date(2026, 3, 1), [(3, 1)]),
    ],
)
def test_29_february_is_kept_on_the_28th_where_there_is_none(day, kept):
    assert birthdays_of(day) == kept


def test_birthdays_are_made_up_for_after_a_stop_and_given_once_a_year():
    make_member_gift("birthday", starts_at=TODAY - timedelta(days=20), ends_at=TODAY.replace(year=2030))
    today, missed = born(3, 10), born(2, 20)
    for one in ((2, 1), (3, 11), (12, 31)):  # before the gift, tomorrow, long ago
        born(*one)
    born(3, 9, registered_at=TODAY)  # has joined after the birthday
    assert (give_what_is_due(at=TODAY), give_what_is_due(at=TODAY)) == (2, 0)
    assert occasions() == sorted([(today.pk, "2026"), (missed.pk, "2026")])
    give_what_is_due(at=TODAY.replace(year=2027))
    assert (today.pk, "2027") in occasions()
    assert Coupon.objects.filter(customer=today).count() == 2


def test_no_birthday_is_given_before_the_hour_in_which_the_gift_begins():
    make_member_gift("birthday", starts_at=TODAY + timedelta(hours=2))
    born(3, 10)
    assert [give_what_is_due(at=TODAY + timedelta(hours=hours)) for hours in (0, 1, 2, 3)] == [0, 0, 1, 0]


def test_what_cannot_be_given_says_why_staff_is_told_once_and_it_can_be_tried_again():
    template = make_template(issue_total=1)
    gift = make_member_gift("sign_up", template=template)
    approver = make_checker()
    for _ in range(3):
        note_sign_up(customer_id=make_customer().pk, at=NOON)
    give_what_is_due(at=NOON)
    refused = GiftDue.objects.exclude(refused="")
    assert {due.refused for due in refused} == {"All coupons of this kind have been given out."}
    assert StaffNotice.objects.filter(user=approver, key=f"gift:{gift.pk}:refused").count() == 1
    TemplateBudget.objects.update(issue_total=9)
    assert (try_again(gift_id=gift.pk), give_what_is_due(at=NOON)) == (2, 2)
    assert audit() == []


MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)  # the 10th begins in the time zone of the site


@pytest.mark.parametrize(
    ("told_at", "given"), [(MIDNIGHT + timedelta(hours=23), 1), (MIDNIGHT + timedelta(hours=24), 0)]
)
def test_a_birthday_told_on_the_day_counts_and_one_told_afterwards_waits_for_the_next_year(told_at, given):
    make_member_gift("birthday")
    customer = make_customer()
    enter_birthday(customer_id=customer.pk, month=3, day=10, at=told_at)
    assert give_what_is_due(at=MIDNIGHT - timedelta(seconds=1)) == 0
    assert give_what_is_due(at=told_at) == given
    assert give_what_is_due(at=MIDNIGHT.replace(year=2027)) == 1


def test_a_birthday_is_told_once_and_one_that_service_moves_brings_no_second_gift():
    make_member_gift("birthday")
    customer = make_customer()
    with pytest.raises(BirthdayRefused, match="no such day"):
        enter_birthday(customer_id=customer.pk, month=2, day=30, at=NOON)
    enter_birthday(customer_id=customer.pk, month=12, day=30, at=LONG_AGO)
    with pytest.raises(BirthdayRefused, match="before"):
        enter_birthday(customer_id=customer.pk, month=1, day=5, at=NOON)
    assert give_what_is_due(at=TODAY.replace(month=12, day=30)) == 1
    Customer.objects.update(birth_month=1, birth_day=5)
    assert give_what_is_due(at=TODAY.replace(year=2027, month=1, day=5)) == 0
    assert give_what_is_due(at=TODAY.replace(year=2028, month=1, day=5)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("keyed", [True, False])
def test_two_timers_at_once_give_every_birthday_one_coupon_where_the_key_decides(keyed, monkeypatch):
    if not keyed:
        usual = gift_giving.coupon_of
        monkeypatch.setattr(gift_giving, "coupon_of", lambda *a, grant_key, **k: usual(*a, grant_key=None, **k))
        monkeypatch.setattr(gift_giving, "SETTLE_DUE", "SELECT %s::uuid, %s::bigint")
    make_member_gift("birthday")
    for _ in range(4):
        born(3, 10)
    all_at_once([partial(give_what_is_due, at=TODAY)] * 4)
    assert (Coupon.objects.count() == 4) is keyed
    if keyed:
        assert Coupon.objects.values("customer").distinct().count() == 4
        assert audit() == []


def test_a_level_gift_names_its_level_before_it_is_handed_in():
    with pytest.raises(NotReady) as refused:
        make_member_gift("level_up")
    assert refused.value.field == "level"
    assert MemberGift.objects.get().state == "draft"


def test_the_database_knows_which_days_there_are():
    customer = born(2, 29)
    for month, day in ((2, 30), (4, 31), (13, 1), (1, None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Customer.objects.update(birth_month=month, birth_day=day)
    assert customer.birth_day == 29


def test_gifts_that_a_minute_has_no_room_for_stay_due_and_pause_nothing():
    template = make_template(most_per_minute=4)
    make_member_gift("sign_up", template=template)
    for _ in range(5):
        note_sign_up(customer_id=make_customer().pk, at=NOON)
    given = 0
    for _ in range(3):
        given += give_what_is_due(at=NOON)
        template.refresh_from_db()
        assert (template.state, GiftDue.objects.exclude(refused="").count()) == ("approved", 0)
        TemplateBudget.objects.update(minute=NOON)  # that minute is over
    assert given == 5


def test_a_gift_waits_until_its_paused_template_goes_on():
    gift = make_member_gift("sign_up")
    note_sign_up(customer_id=make_customer().pk, at=NOON)
    due = GiftDue.objects.get()
    for state, given in (("paused", False), ("approved", True)):
        CouponTemplate.objects.filter(pk=gift.template_id).update(state=state)
        assert gift_giving.give_due(due.pk) is given
        due.refresh_from_db()
        assert (bool(due.coupon_id), due.refused) == (given, "")


def test_a_gift_whose_minute_is_full_keeps_no_other_waiting(monkeypatch):
    monkeypatch.setattr(gift_giving, "MOST_AT_ONCE", 2)
    busy, calm = make_template(most_per_minute=1), make_template()
    for template, customers in ((busy, 5), (calm, 1)):
        gift = make_member_gift(template=template)
        for _ in range(customers):
            GiftDue.objects.create(gift=gift, customer=make_customer(), occasion="sign-up", at=NOON)
    for _ in range(3):
        give_what_is_due(at=NOON)
    assert Coupon.objects.filter(template=calm).count() == 1
