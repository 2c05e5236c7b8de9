"""Letters about coupons that are about to expire: one for each customer and day, of what is still good when it is sent.

Each is claimed before it is handed over, as letters about campaigns are: a worker that is killed leaves at most one of
which nobody knows whether it went out, and that is not sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from campaigns.senders import Letter
from coupons.commands.reminding import BATCH, SOURCE
from coupons.lifecycle import CouponState
from coupons.models import Coupon, CouponReminder, LetterState, ReminderWish
from coupons.reminder_words import in_both_languages
from coupons.validity import day_of, start_of_day
from pricing.timers import one_by_one

SILENCE = timedelta(minutes=10)
_L = LetterState


@dataclass(frozen=True, slots=True)
class Post:
    """How letters leave the house, and what their links are."""

    send: Callable[[Letter], None]
    site: str
    wallet_path: str
    opt_out_path: str


def send_reminders(*, at: datetime, post: Post, most: int = BATCH) -> int:
    """Send the letters that are queued, one for each customer and day; return how many were handed over.

    What somebody has begun to send and never told the end of is unknown after ten minutes, and not sent again.
    """
    CouponReminder.objects.filter(letter=_L.SENDING, mailed_at__lte=at - SILENCE).update(letter=_L.UNKNOWN)
    today = CouponReminder.objects.filter(customer=OuterRef("customer"), mailed_at__gte=start_of_day(day_of(at)))
    newer = CouponReminder.objects.filter(customer=OuterRef("customer"), letter=_L.QUEUED, pk__gt=OuterRef("pk"))
    due = CouponReminder.objects.filter(letter=_L.QUEUED).exclude(Exists(today)).exclude(Exists(newer))
    return one_by_one(list(due.order_by("pk").values_list("pk", flat=True)[:most]), lambda pk: _send(pk, at, post))


def _send(pk: int, at: datetime, post: Post) -> bool:
    reminder = CouponReminder.objects.select_related("customer__user").get(pk=pk)
    waiting = CouponReminder.objects.filter(customer=reminder.customer_id, letter=_L.QUEUED, pk__lte=pk)
    wish = ReminderWish.objects.filter(customer=reminder.customer_id).first()
    if wish is not None and not wish.email:
        waiting.update(letter=_L.OPTED_OUT)
        return False
    coupons = _still_good(list(waiting.values_list("pk", flat=True)), at)
    if not coupons:
        waiting.update(letter=_L.DROPPED)
        return False
    mine = CouponReminder.objects.filter(pk=pk, letter=_L.QUEUED)
    if not mine.update(letter=_L.SENDING, mailed_at=at):
        return False
    waiting.update(letter=_L.DROPPED)  # letters that never went out: this one tells of their coupons, too
    try:
        post.send(_letter(reminder, coupons, post))
    except Exception:
        CouponReminder.objects.filter(pk=pk, letter=_L.SENDING).update(letter=_L.FAILED)
        raise
    return bool(CouponReminder.objects.filter(pk=pk, letter=_L.SENDING).update(letter=_L.SENT))


def _still_good(reminders: Iterable[int], at: datetime) -> list[Coupon]:
    """What is worth a letter now: coupons may have been used, recalled or over since they were told of in the shop."""
    told = Coupon.objects.filter(reminded__reminder__in=reminders, state=CouponState.UNUSED, valid_until__gt=at)
    return list(told.select_related("revision"))


def _letter(reminder: CouponReminder, coupons: Sequence[Coupon], post: Post) -> Letter:
    english, chinese = in_both_languages(coupons)
    opt_out, host = post.site + post.opt_out_path, post.site.split("//")[-1]
    parts = [
        chinese.title,
        chinese.text,
        english.title,
        english.text,
        post.site + post.wallet_path,
        f"退订 / Unsubscribe: {opt_out}",
    ]
    return Letter(
        key=f"{SOURCE}-{reminder.customer_id}-{reminder.day}@{host}",
        address=reminder.customer.user.email,
        subject=f"{chinese.title} / {english.title}",
        body="\n\n".join(parts) + "\n",
        opt_out_url=opt_out,
    )
