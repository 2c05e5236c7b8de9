from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import override

from campaigns.commands import staff_notices
from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.staff_notices import mail_notices, mark_read, tell_staff
from campaigns.models import StaffNotice
from campaigns.notice_wording import mail_of, notice_text
from campaigns.selectors.staff import unread_count
from campaigns.tasks import mail_staff
from pricing.engine.messages import Message
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

WAITS = Message("“%(thing)s” was approved by %(who)s.", {"thing": "Tea", "thing_zh": "茶", "who": "adam"})


def send(notice):
    mail_of(notice).send()


def told(user):
    return [notice_text(notice) for notice in StaffNotice.objects.filter(user=user).order_by("pk")]


def test_each_reads_the_notice_in_their_own_language():
    user = make_user()
    (notice,) = tell_staff(users=[user], text=WAITS, link="/admin/", at=NOON)
    assert notice_text(notice) == "“Tea” was approved by adam."
    with override("zh-hans"):
        assert notice_text(notice) == "“茶”已由adam审核通过。"


def test_one_event_is_told_once_and_only_to_who_may_still_come_in():
    user, gone = make_user(), make_user(is_active=False)
    for _ in range(2):
        tell_staff(users=[user, user, gone], text=WAITS, link="/admin/", at=NOON, key="campaign:1:budget:80")
    assert list(StaffNotice.objects.values_list("user", flat=True)) == [user.pk]


def test_what_was_rolled_back_was_never_said():
    with transaction.atomic():
        tell_staff(users=[make_user(email="a@example.com")], text=WAITS, link="", at=NOON)
        transaction.set_rollback(True)
    assert mail_notices(send=send, at=NOON) == 0
    assert mail.outbox == []


def test_notice_is_mailed_once_in_both_languages_with_its_link():
    tell_staff(users=[make_user(email="a@example.com"), make_user()], text=WAITS, link="/admin/desk/", at=NOON)
    assert [mail_notices(send=send, at=NOON), mail_notices(send=send, at=NOON + timedelta(hours=1))] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["a@example.com"], "Promotions: “Tea” was approved by adam.")
    assert sent.body == ("“Tea” was approved by adam.\n\n“茶”已由adam审核通过。\n\nhttp://localhost:8000/admin/desk/\n")


def test_mail_that_fails_is_tried_later_and_given_up_at_last():
    tell_staff(users=[make_user(email="a@example.com")], text=WAITS, link="", at=NOON)

    def fail(notice):
        raise ConnectionError

    at, tries = NOON, []
    while due := StaffNotice.objects.get().mail_due_at:
        tries.append(due - at)
        at = due
        assert mail_notices(send=fail, at=at) == 0
    assert tries == [timedelta(minutes=minutes) for minutes in (0, 1, 2, 4, 8, 16, 32, 64)]
    assert StaffNotice.objects.get().mailed_at is None


def sweep_twice_at_once():
    tell_staff(users=[make_user(email=f"{n}@example.com") for n in range(8)], text=WAITS, link="", at=NOON)
    sent = []
    all_at_once([partial(mail_notices, send=lambda notice: sent.append(notice.pk), at=NOON)] * 4)
    return len(sent)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_each_mail_once():
    assert sweep_twice_at_once() == 8


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_mails_are_sent_again(monkeypatch):
    monkeypatch.setattr(staff_notices, "_claim", lambda notice, at: True)
    assert sweep_twice_at_once() > 8


def test_reading_is_for_oneself():
    mine, other = make_user(), make_user()
    tell_staff(users=[mine, other], text=WAITS, link="", at=NOON)
    assert mark_read(user=mine, at=NOON, notice_id=StaffNotice.objects.get(user=other).pk) == 0
    assert mark_read(user=mine, at=NOON) == 1
    assert (unread_count(mine), unread_count(other)) == (0, 1)


def test_approvers_hear_of_what_waits_and_the_author_of_what_became_of_it():
    author, approver = make_user("olga", groups=["operator"]), make_user("adam", groups=["approver"])
    make_user("fay", groups=["finance"])
    for name in ("Tea", "Cups"):
        revision = make_revision(
            author=author, name=name, name_zh="茶", starts_at=NOON, ends_at=NOON + timedelta(days=1)
        )
        submit_campaign(revision_id=revision.pk, by=author, at=NOON)
        revision.refresh_from_db()
        if name == "Tea":
            approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=approver, at=NOON)
        else:
            reject_campaign(revision_id=revision.pk, by=approver, at=NOON, reason="too deep")
    assert unread_count(approver) == 0  # both have been decided: nobody is asked any longer
    assert told(approver) == [f"Campaign “{name}” waits for your review. Author: olga." for name in ("Tea", "Cups")]
    assert told(author) == ["Campaign “Tea” was approved by adam.", "Campaign “Cups” was rejected by adam: too deep"]
    with override("zh-hans"):
        assert told(author) == ["活动“茶”已由adam审核通过。", "活动“茶”被adam驳回：too deep"]
    assert StaffNotice.objects.count() == 4


def test_timer_sends_what_is_due():
    tell_staff(users=[make_user(email="a@example.com")], text=WAITS, link="", at=NOON - timedelta(days=999))
    mail_staff()
    mail_staff()
    assert [sent.to for sent in mail.outbox] == [["a@example.com"]]
