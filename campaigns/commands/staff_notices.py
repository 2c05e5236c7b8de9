"""Tell people of the staff something, once: a row for the bell, which a sweep sends as a mail later.

Nothing is sent inside a transaction: what is rolled back was never said.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F

from campaigns.models import StaffNotice
from campaigns.selectors.staff import mail_due
from pricing.engine.messages import Message
from pricing.timers import one_by_one
from pricing.transactions import command

ATTEMPTS = 8
# A mail is claimed before it is sent: who dies over it leaves it to the next one, after this time.
CLAIM = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
MOST_AT_ONCE = 200

Send = Callable[[StaffNotice], object]


@command
def tell_staff(
    *, users: Iterable[AbstractBaseUser], text: Message, link: str, at: datetime, key: str = ""
) -> list[StaffNotice]:
    """Tell each of these people something: at the bell, and by mail to those who have an address.

    `text` is a message of the catalogue with its figures (see StaffNotice for names in two languages); `link` is a
    path of this site. A `key` such as "campaign:7:budget:80" makes a repeated call harmless: once for each person.
    Nobody who has been deactivated is told anything. Joins the caller's transaction.
    """
    notices = [
        StaffNotice(
            user=user,
            msgid=text.msgid,
            figures=dict(text.figures),
            link=link,
            key=key,
            at=at,
            mail_due_at=at if user.email else None,
        )
        for user in {user.pk: user for user in users if user.is_active}.values()
    ]
    return StaffNotice.objects.bulk_create(notices, ignore_conflicts=bool(key))


@command
def mark_read(*, user: AbstractBaseUser, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice as read, or all of them; return how many were unread. Those of others are left alone."""
    unread = StaffNotice.objects.filter(user=user, read_at=None)
    return unread.filter(**{} if notice_id is None else {"pk": notice_id}).update(read_at=at)


@command
def settle_notices(*, keys: Iterable[str], at: datetime) -> None:
    """Mark what was told under these keys as read: it has been dealt with, and mails not yet sent are not needed."""
    told = StaffNotice.objects.filter(key__in=list(keys))
    told.filter(read_at=None).update(read_at=at)
    told.filter(mail_due_at__isnull=False).update(mail_due_at=None)


def mail_notices(*, send: Send, at: datetime) -> int:
    """Send what is due, each in its own turn; return how many were sent. Two sweeps at once send nothing twice.

    One that cannot be sent is tried again after 1, 2, 4 … minutes, and given up after eight attempts.
    """
    return one_by_one(mail_due(at=at)[:MOST_AT_ONCE], lambda notice: _mail(notice, send=send, at=at))


def _mail(notice: StaffNotice, *, send: Send, at: datetime) -> bool:
    if not _claim(notice, at=at):
        return False
    mine = StaffNotice.objects.filter(pk=notice.pk)
    try:
        send(notice)
    except Exception:
        attempts = notice.mail_attempts + 1
        again_at = at + FIRST_WAIT * 2**notice.mail_attempts if attempts < ATTEMPTS else None
        mine.update(mail_due_at=again_at)
        raise
    mine.update(mail_due_at=None, mailed_at=at)
    return True


def _claim(notice: StaffNotice, *, at: datetime) -> bool:
    """Take a mail over, unless another sweep has: compare-and-set on the time when it was due."""
    due = StaffNotice.objects.filter(pk=notice.pk, mail_due_at=notice.mail_due_at)
    return bool(due.update(mail_due_at=at + CLAIM, mail_attempts=F("mail_attempts") + 1))
