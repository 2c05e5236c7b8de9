"""Two workers remind at the same moment: everybody is told once, in the shop and by letter."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from campaigns.models import ShopperMessage
from coupons.commands import reminder_letters, reminding
from coupons.commands.reminder_letters import Post, send_reminders
from coupons.commands.reminding import remind
from coupons.models import CouponReminder, RemindedCoupon
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_coupon, make_template
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-07")]

PEOPLE = 6


@pytest.fixture(autouse=True)
def people():
    template = make_template()
    for number in range(PEOPLE):
        customer = make_customer(user=make_user(email=f"{number}@example.com"))
        make_coupon(
            customer=customer, template=template, at=NOON - timedelta(days=9), valid_until=NOON + timedelta(days=1)
        )


@pytest.fixture
def same_look(monkeypatch):
    """Both workers have looked before one of them writes."""
    look, both = reminding.customers_to_tell, Barrier(2)

    def looked(**kwargs):
        found = look(**kwargs)
        both.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(reminding, "customers_to_tell", looked)


def remind_twice():
    return all_at_once([partial(remind, at=NOON, days=3, from_hour=0)] * 2)


def test_two_workers_tell_everybody_once(same_look):
    assert sum(remind_twice()) == PEOPLE
    assert (ShopperMessage.objects.count(), CouponReminder.objects.count(), RemindedCoupon.objects.count()) == (6, 6, 6)


def test_without_the_turn_both_workers_set_out_and_only_what_is_written_stops_the_second(monkeypatch, same_look):
    careless = reminding.TAKE_TURNS.replace("DO NOTHING", "DO UPDATE SET at = excluded.at")
    monkeypatch.setattr(reminding, "TAKE_TURNS", careless)
    answers = remind_twice()
    assert [isinstance(answer, IntegrityError) for answer in answers].count(True) == 1
    assert ShopperMessage.objects.count() == PEOPLE


def send_twice(sent):
    """Both workers have chosen the same letters before one of them sends."""
    post = Post(sent.append, "https://shop.example", "/wallet/", "/account/")
    return all_at_once([partial(send_reminders, at=NOON, post=post)] * 2)


@pytest.fixture
def same_choice(monkeypatch):
    good, both = reminder_letters._still_good, Barrier(2)

    def chosen(*args):
        found = good(*args)
        both.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(reminder_letters, "_still_good", chosen)
    remind(at=NOON, days=3, from_hour=0)
    CouponReminder.objects.exclude(pk=CouponReminder.objects.first().pk).update(letter="dropped")


def test_two_workers_send_a_letter_once(same_choice):
    sent = []
    assert sorted(send_twice(sent)) == [0, 1]
    assert len(sent) == 1
    assert CouponReminder.objects.filter(letter="sent").count() == 1
