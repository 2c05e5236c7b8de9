"""The pages of gifts to members, from the form to the coupon and to what could not be given."""

import pytest
from django.urls import reverse

from campaigns.models import Customer
from coupons.admin.member_gift import _shown
from coupons.commands.gift_giving import give_what_is_due, note_sign_up
from coupons.models import Coupon, GiftDue, MemberGift
from tests.factories import NOON
from tests.factories.audience import make_level
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.member_gifts import make_member_gift

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]

ADD = reverse("admin:coupons_membergift_add")
LIST = reverse("admin:coupons_membergift_changelist")


def act(gift, code):
    return reverse("admin:coupons_membergift_act", args=[gift.pk, code])


@pytest.fixture
def operator(client):
    operator = make_user("olivia", groups=["operator"])
    client.force_login(operator)
    return operator


def sent(**changes):
    period = {
        "starts_at_0": "2026-01-01",
        "starts_at_1": "00:00:00",
        "ends_at_0": "2090-01-01",
        "ends_at_1": "00:00:00",
    }
    said = {"template": make_template().pk, "occasion": "level_up", "name": "Gold!", "name_zh": "金牌", "level": "gold"}
    return said | period | changes


def test_from_the_form_to_the_coupon_of_who_is_raised_in_the_back_office(
    client, operator, django_capture_on_commit_callbacks
):
    make_level("gold", rank=2)
    assert "level" in client.post(ADD, sent(level="")).context["form"].errors
    client.post(ADD, sent())
    gift = MemberGift.objects.get()
    client.post(act(gift, "submit"))
    client.force_login(make_checker())
    client.post(act(gift, "approve"), {"seen": gift.revisions.get().content_hash})
    client.force_login(operator)
    customer = make_customer()
    page = reverse("admin:campaigns_customer_change", args=[customer.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"name": "Li", "level": "gold", "phone": "", "region": "", "birth_month": 2, "birth_day": 29})
    assert Coupon.objects.get().customer == customer
    assert (Customer.objects.get().birth_month, Customer.objects.get().birth_day) == (2, 29)
    assert "Gold!" in client.get(LIST).content.decode()


def test_what_could_not_be_given_is_shown_and_tried_again(client, operator):
    gift = make_member_gift(template=make_template(issue_total=1), author=operator)
    for _ in range(2):
        note_sign_up(customer_id=make_customer().pk, at=NOON)
    give_what_is_due(at=NOON)
    dues = reverse("admin:coupons_membergift_dues", args=[gift.pk])
    assert "All coupons of this kind have been given out." in client.get(dues).content.decode()
    client.post(dues)
    assert not GiftDue.objects.exclude(refused="").exists()
    client.force_login(make_user(groups=["finance"]))
    assert client.get(dues).status_code == 200
    assert client.post(dues).status_code == 403


def test_refused_occasions_come_before_those_that_wait_and_those_before_what_is_given():
    gift = make_member_gift("sign_up", template=make_template(issue_total=1))
    given, refused, waiting = (make_customer() for _ in range(3))
    for customer in (given, refused):
        note_sign_up(customer_id=customer.pk, at=NOON)
    give_what_is_due(at=NOON)
    note_sign_up(customer_id=waiting.pk, at=NOON)
    assert [row["customer"] for row in _shown(gift)] == [refused, waiting, given]
