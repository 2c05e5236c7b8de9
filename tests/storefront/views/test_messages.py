"""Messages of the shop: the own ones only, read by post, and the switches for what one wants to hear."""

import pytest

from campaigns.models import ContactWish, ShopperMessage
from coupons.models import ReminderWish
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-19")]


def _message(customer, **fields):
    source = fields.pop("source", f"test:{ShopperMessage.objects.count()}")
    words = {"title": "Tea week", "title_zh": "茶叶周", "text": "From today on.", "text_zh": "今日开始。"}
    return ShopperMessage.objects.create(customer=customer, source=source, at=NOON, **(words | fields))


def _unread(customer):
    return ShopperMessage.objects.filter(customer=customer, read_at=None).count()


def test_member_reads_own_messages_and_the_number_of_unread_ones_is_on_every_page(member, customer):
    _message(customer)
    _message(customer, title="Cups")
    _message(make_customer(), title="Not yours")
    text = member.get("/messages/").content.decode()
    assert "Tea week" in text
    assert "Cups" in text
    assert "Not yours" not in text
    assert '<span class="count">2</span>' in member.get("/").content.decode()
    assert _unread(customer) == 2


def test_messages_are_read_in_the_language_of_the_reader(member, customer):
    _message(customer)
    member.cookies.load({"django_language": "zh-hans"})
    text = member.get("/messages/").content.decode()
    assert "茶叶周" in text
    assert "今日开始。" in text


def test_opening_a_message_marks_it_as_read_and_leads_to_its_promotion(member, customer):
    campaign = make_campaign()
    message, other = _message(customer, campaign=campaign), _message(customer)
    answer = member.post(f"/messages/{message.pk}/")
    assert answer.url == f"/campaigns/{campaign.pk}/"
    assert set(ShopperMessage.objects.filter(read_at=None)) == {other}
    assert member.post("/messages/read/").url == "/messages/"
    assert _unread(customer) == 0


def test_message_of_somebody_else_does_not_exist_and_stays_unread(member):
    other = make_customer()
    message = _message(other)
    assert member.post(f"/messages/{message.pk}/").status_code == 404
    member.post("/messages/read/")
    assert _unread(other) == 1


def test_nothing_is_marked_as_read_by_looking(member, customer):
    message = _message(customer)
    assert member.get(f"/messages/{message.pk}/").url == "/messages/"
    assert member.get("/messages/read/").url == "/messages/"
    assert _unread(customer) == 1


def test_guest_is_asked_to_sign_in(guest):
    assert guest.get("/messages/").url == "/sign-in/?next=%2Fmessages%2F"
    assert guest.post("/messages/read/").url == "/sign-in/?next=%2Fmessages%2F"
    assert guest.post("/account/contact/", {"email": "on"}).url == "/sign-in/?next=%2Faccount%2F"
    assert guest.post("/messages/1/").status_code == 404
    assert not ContactWish.objects.exists()


def test_member_without_messages_is_told_what_will_stand_here(member):
    assert "No messages yet" in member.get("/messages/").content.decode()


def test_member_switches_off_what_is_not_wanted_and_on_again(member, customer):
    page = member.get("/account/").content.decode()
    assert page.count('type="checkbox" name="in_site" checked') == 1
    member.post("/account/contact/", {"in_site": "on"})
    wish = ContactWish.objects.get(customer=customer)
    assert (wish.in_site, wish.email) == (True, False)
    assert 'name="email" checked' not in member.get("/account/").content.decode()
    member.post("/account/contact/", {"email": "on"})
    wish.refresh_from_db()
    assert (wish.in_site, wish.email) == (False, True)


@pytest.mark.req("CPN-07")
def test_reminder_of_coupons_leads_to_the_wallet(member, customer):
    message = _message(customer, source="coupon-reminder:2026-11-11")
    assert "To my wallet" in member.get("/messages/").text
    assert member.post(f"/messages/{message.pk}/")["Location"] == "/wallet/"


@pytest.mark.req("CPN-07")
def test_shopper_chooses_whether_to_be_reminded_of_coupons(member, guest, customer):
    page = member.get("/account/")
    assert "3 days before a coupon expires, once for each coupon." in page.text
    assert page.context["reminders"].email
    member.post("/account/reminders/", {"remind_in_site": "on"})
    wish = ReminderWish.objects.get(customer=customer)
    assert (wish.in_site, wish.email) == (True, False)
    assert guest.post("/account/reminders/")["Location"].startswith("/sign-in/")
