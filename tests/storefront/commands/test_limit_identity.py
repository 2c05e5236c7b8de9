"""Limited campaigns ask for a member, or for a member with a verified phone, as they say."""

import pytest
from django.urls import reverse

from campaigns.commands.customers import CannotVerify, verify_phone
from campaigns.models import Customer, LimitUse
from storefront.models import Order
from storefront.refusals import SignInFirst, VerifyPhoneFirst
from storefront.wording import limit_sentences
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, order_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-08")]


def test_limit_per_verified_phone_asks_guests_to_sign_in_and_members_for_their_phone():
    campaign = make_campaign("percent_off", limit_units=2, limit_identity="phone")
    with pytest.raises(SignInFirst):
        order_cart(make_cart())
    member = make_customer(phone="138 0000 0000")
    with pytest.raises(VerifyPhoneFirst) as refused:
        order_cart(make_cart({make_sku(): 2}, customer=member))
    assert refused.value.figures == {"offer": campaign.current_revision.name}
    assert not Order.objects.exists()
    verify_phone(customer_id=member.pk, at=NOON)
    order_cart(make_cart({}, customer=Customer.objects.get(pk=member.pk)))
    assert LimitUse.objects.get().used_units == 2


def test_limit_per_member_asks_for_no_phone():
    make_campaign("percent_off", limit_units=2)
    order_cart(make_cart(customer=make_customer()))
    assert Order.objects.exists()


def test_shoppers_read_what_the_limit_asks_for():
    revision = make_campaign("percent_off", limit_units=2, limit_identity="phone").current_revision
    assert limit_sentences(revision) == ["At most 2 pieces per customer.", "For members with a verified phone."]


@pytest.mark.parametrize("phone", ["+86 138-0000-0000", "13800000000"])
def test_one_phone_is_one_person(phone):
    make_customer(phone="138 0000 0000", phone_verified_at=LONG_AGO)
    second, third = make_customer(phone=phone), make_customer(phone="139 0000 0000")
    with pytest.raises(CannotVerify):
        verify_phone(customer_id=second.pk, at=NOON)
    with pytest.raises(CannotVerify):
        verify_phone(customer_id=make_customer(phone="").pk, at=NOON)
    verify_phone(customer_id=third.pk, at=NOON)
    verified = Customer.objects.filter(phone_verified_at__isnull=False)
    assert set(verified.values_list("phone", flat=True)) == {"138 0000 0000", "139 0000 0000"}


def test_staff_note_that_phones_are_verified_and_are_told_which_are_not(client):
    client.force_login(make_user(groups=["operator"]))
    good, bad = make_customer(phone="138 0000 0000"), make_customer(name="Han Meimei")
    data = {"action": "verify_phones", "_selected_action": [good.pk, bad.pk]}
    answer = client.post(reverse("admin:campaigns_customer_changelist"), data, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["Han Meimei has given no phone number.", "Phone numbers verified: 1."]
    assert Customer.objects.get(phone_verified_at__isnull=False) == good


def test_checkout_page_says_it_before_the_order(client):
    make_campaign("percent_off", limit_units=2, limit_identity="phone")
    member = make_customer(user=make_user(), phone="1")
    make_cart(customer=member)
    client.force_login(member.user)
    text = client.get(reverse("storefront:checkout")).content.decode()
    assert "is limited per verified phone." in text
    assert 'href="/sign-in' not in text.partition('id="sign-in-needed"')[2].partition("</section>")[0]
