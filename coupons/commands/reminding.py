"""Remind customers of coupons that are about to expire: each coupon once, each customer once a day.

A batch is one transaction. Whose turn it is decides the unique key of (customer, day): two workers at once share the
customers out between them. What was not told because no worker ran is told later, if the coupon is still good then.
Letters are only queued here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from campaigns.models import Customer, ShopperMessage
from coupons.models import Coupon, CouponReminder, LetterState, RemindedCoupon, ReminderWish
from coupons.reminder_words import in_both_languages
from coupons.selectors.expiring import coupons_to_tell, customers_to_tell
from coupons.validity import day_of
from pricing.transactions import command

SOURCE = "coupon-reminder"
BATCH = 500
MOST_BATCHES = 40  # in one sweep
_L = LetterState

TAKE_TURNS = """
INSERT INTO coupons_couponreminder (customer_id, day, at, letter)
SELECT wanted.customer, %(day)s, %(at)s, wanted.letter
FROM unnest(%(customers)s::bigint[], %(letters)s::text[]) AS wanted(customer, letter)
ORDER BY wanted.customer
ON CONFLICT (customer_id, day) DO NOTHING
RETURNING customer_id, id
"""


def remind(*, at: datetime, days: int, from_hour: int) -> int:
    """Tell of coupons that end within so many days (0 = never); return how many customers were told.

    Nobody is told before that hour of the site's day. Repeating is harmless.
    """
    if days < 1 or timezone.localtime(at, timezone.get_default_timezone()).hour < from_hour:
        return 0
    told = 0
    for _ in range(MOST_BATCHES):
        gone_through = remind_batch(at=at, days=days)
        told += gone_through
        if gone_through < BATCH:
            break
    return told


@command
def remind_batch(*, at: datetime, days: int) -> int:
    """Tell the next customers; return how many this worker has told."""
    customers = customers_to_tell(at=at, days=days, most=BATCH)
    wishes = {wish.pk: wish for wish in ReminderWish.objects.filter(customer__in=customers)}
    reminders = _take_turns(customers, wishes, at)
    due: dict[int, list[Coupon]] = {}
    for coupon in coupons_to_tell(at=at, days=days).filter(customer__in=reminders).select_related("revision"):
        due.setdefault(coupon.customer_id, []).append(coupon)
    RemindedCoupon.objects.bulk_create(
        RemindedCoupon(coupon=coupon, reminder_id=reminders[customer])
        for customer, coupons in due.items()
        for coupon in coupons
    )
    heard = {customer: coupons for customer, coupons in due.items() if _wants(wishes, customer).in_site}
    ShopperMessage.objects.bulk_create(_message(customer, coupons, at) for customer, coupons in heard.items())
    # Who has used the coupon between the two looks is not told; another one may come up today.
    CouponReminder.objects.filter(pk__in=[pk for customer, pk in reminders.items() if customer not in due]).delete()
    return len(due)


def _take_turns(customers: Sequence[int], wishes: Mapping[int, ReminderWish], at: datetime) -> dict[int, int]:
    """Return the reminders of those customers whom no other worker tells today, by customer id."""
    if not customers:
        return {}
    addressed = Customer.objects.filter(pk__in=customers, user__is_active=True).exclude(user__email="")
    with_address = set(addressed.values_list("pk", flat=True))
    letters = [_letter_state(_wants(wishes, customer), has_address=customer in with_address) for customer in customers]
    figures = {"day": day_of(at), "at": at, "customers": list(customers), "letters": letters}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, figures)
        return dict(cursor.fetchall())


def _wants(wishes: Mapping[int, ReminderWish], customer: int) -> ReminderWish:
    return wishes.get(customer) or ReminderWish()


def _letter_state(wish: ReminderWish, *, has_address: bool) -> str:
    if not wish.email:
        return _L.OPTED_OUT.value
    return _L.QUEUED.value if has_address else _L.NO_ADDRESS.value


def _message(customer: int, coupons: Sequence[Coupon], at: datetime) -> ShopperMessage:
    english, chinese = in_both_languages(coupons)
    return ShopperMessage(
        customer_id=customer,
        source=f"{SOURCE}:{day_of(at)}",
        title=english.title,
        title_zh=chinese.title,
        text=english.text,
        text_zh=chinese.text,
        at=at,
    )


@command
def set_reminder_wish(*, customer: Customer, in_site: bool, email: bool) -> None:
    """Keep whether a customer wants to be reminded."""
    ReminderWish.objects.update_or_create(customer=customer, defaults={"in_site": in_site, "email": email})
