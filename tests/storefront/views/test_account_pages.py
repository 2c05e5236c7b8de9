"""Signing in, up and out; the cart comes along; too many attempts are answered with 429."""

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from campaigns.models import Customer
from pricing.transactions import BUSY, Busy
from storefront.models import Cart, CartLine
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-08", "PLT-03")]

NEWCOMER = {"username": "newcomer", "called": "Li Lei", "password1": "long-enough-42", "password2": "long-enough-42"}


def test_guest_cart_comes_along_at_sign_in(guest, customer):
    sku = make_sku("TEA")
    make_cart({sku: 1}, customer=customer)
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 2})
    answer = guest.post("/sign-in/", {"username": "mei", "password": "secret", "next": "/cart/"})
    assert answer["Location"] == "/cart/"
    assert list(CartLine.objects.values_list("cart__customer", "quantity")) == [(customer.pk, 3)]
    assert Cart.objects.count() == 1


def test_sign_in_succeeds_while_the_cart_of_the_customer_is_busy(guest, customer, monkeypatch):
    def busy(**kwargs):
        raise Busy(BUSY)

    monkeypatch.setattr("storefront.views.account.merge_carts", busy)
    guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    answer = guest.post("/sign-in/", {"username": customer.user.username, "password": "secret"})
    assert (answer.status_code, answer.url) == (302, "/")
    assert "Nothing was changed" in guest.get("/").content.decode()
    assert guest.session["_auth_user_id"] == str(customer.user_id)


def test_wrong_password_is_refused_in_words(guest, customer):
    answer = guest.post("/sign-in/", {"username": "mei", "password": "wrong"})
    assert answer.status_code == 400
    assert "Please enter a correct username and password." in answer.text


def test_sign_up_makes_a_customer_who_is_signed_in_with_the_cart(guest):
    guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 2})
    answer = guest.post("/sign-up/", {**NEWCOMER, "next": "/checkout/"})
    customer = Customer.objects.get(user__username="newcomer")
    assert answer["Location"] == "/checkout/"
    assert (customer.name, customer.orders_placed) == ("Li Lei", 0)
    assert guest.get("/cart/").context["view"].pieces == 2
    assert "Hello, Li Lei" in guest.get("/account/").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password2": "other"}, "The two password fields didn’t match."),
        ({"password1": "123", "password2": "123"}, "too short"),
        ({"username": "mei"}, "A user with that username already exists."),
        ({"called": ""}, "This field is required."),
        ({"username": "a b"}, "Enter a valid username."),
    ],
)
def test_bad_sign_up_is_explained_and_makes_nobody(guest, changes, said):
    make_user("mei")
    answer = guest.post("/sign-up/", {**NEWCOMER, **changes})
    assert answer.status_code == 400
    assert said in answer.text
    assert not Customer.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_sign_in_and_up_never_lead_to_another_site(guest, customer, address):
    assert guest.post("/sign-up/", {**NEWCOMER, "next": address})["Location"] == "/"
    guest.post("/sign-out/")
    assert guest.post("/sign-in/", {"username": "mei", "password": "secret", "next": address})["Location"] == "/"


def test_sign_out_needs_a_post(member):
    assert member.get("/sign-out/").status_code == 405
    assert member.post("/sign-out/")["Location"] == "/"
    assert "Sign in" in member.get("/account/").text


def test_staff_without_customer_may_look_and_buy_as_nobody(client):
    client.force_login(make_user("olivia", groups=["operator"]))
    client.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    assert client.get("/cart/").context["view"].pieces == 1
    assert client.get("/wallet/").status_code == 302


@override_settings(AXES_ENABLED=True)
def test_too_many_wrong_passwords_are_answered_with_429(guest, customer):
    answers = [guest.post("/sign-in/", {"username": "mei", "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in answers[:4]] == [400] * 4
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].text


@override_settings(AXES_ENABLED=True)
def test_right_password_forgives_the_wrong_ones_before(guest, customer):
    for _ in range(2):
        wrong = [guest.post("/sign-in/", {"username": "mei", "password": "wrong"}).status_code for _ in range(4)]
        assert wrong == [400] * 4
        assert guest.post("/sign-in/", {"username": "mei", "password": "secret"}).status_code == 302
        guest.post("/sign-out/")


def test_language_switch_keeps_the_page(guest, db):
    answer = guest.post("/i18n/setlang/", {"language": "zh-hans", "next": "/cart/"})
    assert answer["Location"] == "/cart/"
    assert '<html lang="zh-hans"' in guest.get("/cart/").text


@pytest.mark.req("CPN-06")
def test_a_customer_tells_the_birthday_once(member, customer):
    assert 'action="/account/birthday/"' in member.get("/account/").content.decode()
    for sent, month in (({"month": "2", "day": "30"}, None), ({"month": "x"}, None), ({"month": "2", "day": "29"}, 2)):
        member.post("/account/birthday/", sent)
        customer.refresh_from_db()
        assert customer.birth_month == month
    member.post("/account/birthday/", {"month": "5", "day": "1"})
    page = member.get("/account/").content.decode()
    assert "February 29" in page
    assert "ask our service" in page
    assert "/account/birthday/" not in page
