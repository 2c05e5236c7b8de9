"""Each coupon is told of once, each customer once a day, and nobody of what is no use any more."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import ShopperMessage
from coupons.commands.reminder_letters import Post, send_reminders
from coupons.commands.reminding import remind, set_reminder_wish
from coupons.models import Coupon, CouponReminder, RemindedCoupon
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import locked_until, make_coupon, make_template, used

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07")]

# 10:00 on 11 November in the site's time zone; days end at 16:00 UTC.
AT = datetime(2026, 11, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
END_OF_14TH = datetime(2026, 11, 14, 16, tzinfo=UTC)


class Letters(list):
    """What has left the house."""

    @property
    def post(self):
        return Post(self.append, "https://shop.example", "/wallet/", "/account/")


@pytest.fixture
def letters():
    return Letters()


@pytest.fixture
def template():
    return make_template(name="Ten off", name_zh="立减十元")


def person(name="mei", email="mei@example.com"):
    return make_customer(name, user=make_user(name, email=email))


def ending(customer, template, until=END_OF_14TH, **changes):
    return make_coupon(customer=customer, template=template, at=AT - 9 * DAY, valid_until=until, **changes)


def tell(at=AT, days=3, from_hour=9):
    return remind(at=at, days=days, from_hour=from_hour)


def told():
    return set(RemindedCoupon.objects.values_list("coupon", flat=True))


def test_coupons_that_end_within_three_days_are_told_of_in_one_message(template):
    customer = person()
    first, second = ending(customer, template), ending(customer, template, until=END_OF_14TH - 2 * DAY)
    later = ending(customer, template, until=END_OF_14TH + timedelta(seconds=1))
    assert (tell(), tell()) == (1, 0)
    message = ShopperMessage.objects.get()
    assert (message.customer, message.source) == (customer, "coupon-reminder:2026-11-11")
    assert message.title == "2 of your coupons are about to expire"
    assert message.text == "Ten off: until Nov 12\nTen off: until Nov 14"
    assert (message.title_zh, message.text_zh) == (
        "您有 2 张优惠券即将到期",
        "立减十元：11月12日到期\n立减十元：11月14日到期",
    )
    assert told() == {first.pk, second.pk}
    assert tell(at=AT + DAY) == 1
    assert told() == {first.pk, second.pk, later.pk}
    assert tell(at=AT + 2 * DAY) == 0


def test_of_many_coupons_the_first_to_end_are_named(template):
    customer = person()
    for _ in range(7):
        ending(customer, template)
    tell()
    assert ShopperMessage.objects.get().text.splitlines()[4:] == ["Ten off: until Nov 14", "and 2 more"]


def test_nothing_is_told_of_coupons_that_are_no_use(template):
    customer = person()
    used(ending(customer, template))
    locked_until(ending(customer, template), AT + DAY)
    ending(customer, template, state="recalled")
    ending(customer, template, until=AT)
    ending(customer, template, valid_from=AT + timedelta(hours=1))
    make_coupon(customer=customer, template=template, at=AT - timedelta(hours=1), valid_until=END_OF_14TH)
    assert tell() == 0
    assert not ShopperMessage.objects.exists()
    assert not CouponReminder.objects.exists()


def test_coupon_that_comes_back_from_an_order_is_told_of_once_it_is_free(template):
    coupon = ending(person(), template)
    locked_until(coupon, AT + DAY)
    assert tell() == 0
    Coupon.objects.filter(pk=coupon.pk).update(state="unused", order_key=None, locked_at=None, lock_deadline=None)
    assert tell() == 1


def test_second_coupon_of_the_day_waits_for_the_next(template):
    customer = person()
    ending(customer, template)
    tell()
    second = ending(customer, template)
    assert tell(at=AT + timedelta(hours=3)) == 0
    assert tell(at=AT + DAY) == 1
    assert second.pk in told()
    assert list(CouponReminder.objects.order_by("pk").values_list("day", flat=True)) == [
        date(2026, 11, 11),
        date(2026, 11, 12),
    ]


def test_worker_that_was_down_catches_up_without_telling_of_what_is_over(template):
    customer = person()
    ending(customer, template)
    still_good = ending(customer, template, until=END_OF_14TH + 2 * DAY)
    assert tell(at=END_OF_14TH + timedelta(hours=10)) == 1
    assert told() == {still_good.pk}


@pytest.mark.parametrize("setting", [{"days": 0}, {"from_hour": 11}])
def test_site_says_how_long_before_and_from_which_hour(template, setting):
    ending(person(), template)
    assert tell(**setting) == 0
    assert tell(from_hour=10) == 1


def test_who_wants_no_reminders_gets_none_and_who_wants_letters_only_gets_letters(template, letters):
    silent, by_letter, here = (person(name, f"{name}@example.com") for name in ("silent", "letter", "here"))
    for customer in (silent, by_letter, here):
        ending(customer, template)
    set_reminder_wish(customer=silent, in_site=False, email=False)
    set_reminder_wish(customer=by_letter, in_site=False, email=True)
    set_reminder_wish(customer=here, in_site=True, email=False)
    assert tell() == 2
    send_reminders(at=AT, post=letters.post)
    assert [letter.address for letter in letters] == ["letter@example.com"]
    assert [message.customer for message in ShopperMessage.objects.all()] == [here]


def test_letter_says_what_is_still_good_in_both_languages_and_how_to_end_it(template, letters):
    customer = person()
    ending(customer, template)
    spent = ending(customer, template)
    tell()
    used(spent)
    assert send_reminders(at=AT, post=letters.post) == 1
    assert send_reminders(at=AT, post=letters.post) == 0
    [letter] = letters
    assert letter.subject == "您有 1 张优惠券即将到期 / 1 of your coupons is about to expire"
    assert "立减十元：11月14日到期\n\n" in letter.body
    assert "Ten off: until Nov 14\n\nhttps://shop.example/wallet/" in letter.body
    assert letter.key == f"coupon-reminder-{customer.pk}-2026-11-11@shop.example"
    assert letter.opt_out_url == "https://shop.example/account/"
    assert CouponReminder.objects.get().letter == "sent"


@pytest.mark.parametrize(
    ("email", "spend", "opt_out", "state"),
    [
        ("", False, False, "no_address"),
        ("a@b.example", True, False, "dropped"),
        ("a@b.example", False, True, "opted_out"),
    ],
)
def test_letter_that_is_not_sent_says_why(template, letters, email, spend, opt_out, state):
    customer = person(email=email)
    coupon = ending(customer, template)
    tell()
    if spend:
        used(coupon)
    if opt_out:
        set_reminder_wish(customer=customer, in_site=True, email=False)
    assert send_reminders(at=AT, post=letters.post) == 0
    assert CouponReminder.objects.get().letter == state
    assert letters == []


def test_letters_that_waited_for_days_are_one_and_never_two_on_a_day(template, letters):
    customer = person()
    ending(customer, template, until=END_OF_14TH - 2 * DAY)
    ending(customer, template)
    tell()
    ending(customer, template, until=END_OF_14TH + DAY)
    tell(at=AT + DAY)
    assert send_reminders(at=AT + DAY, post=letters.post) == 1
    assert "3 of your coupons" in letters[0].body
    assert set(CouponReminder.objects.values_list("letter", flat=True)) == {"dropped", "sent"}
    CouponReminder.objects.filter(letter="dropped").update(letter="queued")
    assert send_reminders(at=AT + DAY, post=letters.post) == 0


def test_letter_that_nobody_accepts_or_whose_worker_dies_is_not_sent_twice(template, letters):
    def broken(letter):
        letters.append(letter)
        raise ConnectionError

    ending(person(), template)
    tell()
    post = Post(broken, "https://shop.example", "/wallet/", "/account/")
    assert send_reminders(at=AT, post=post) == 0
    assert CouponReminder.objects.get().letter == "failed"
    CouponReminder.objects.update(letter="sending")
    send_reminders(at=AT + timedelta(minutes=11), post=letters.post)
    assert CouponReminder.objects.get().letter == "unknown"
    assert len(letters) == 1


def test_batch_takes_as_many_queries_for_many_customers_as_for_one(template, django_assert_max_num_queries):
    for number in range(5):
        ending(person(f"p{number}", ""), template)
    with django_assert_max_num_queries(11):
        assert tell() == 5
