import pytest
from django.urls import reverse

from coupons.models import CodeTry, Coupon
from tests.factories.campaigns import make_customer, make_user
from tests.factories.codes import make_code_pool

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]

REDEEM = reverse("storefront:redeem")
WALLET = reverse("storefront:wallet")


@pytest.fixture
def shopper(client):
    customer = make_customer(user=make_user())
    client.force_login(customer.user)
    return customer


def test_a_code_typed_into_the_wallet_becomes_a_coupon_there_and_twice_is_once(client, shopper):
    pool = make_code_pool("shared", shared_code="TEA2026")
    for _ in range(2):
        page = client.post(REDEEM, {"code": " tea-2026 "}, follow=True)
        assert page.redirect_chain == [(WALLET, 302)]
        assert f"“Coupon {pool.template_id}” is in your wallet." in page.content.decode()
    assert Coupon.objects.get().customer == shopper


def test_a_wrong_code_is_said_beside_what_was_typed(client, shopper):
    text = client.post(REDEEM, {"code": '"><script>alert(1)</script>'}).content.decode()
    assert "This code cannot be redeemed: it may be mistyped, used, not valid now, or not meant for you." in text
    assert "<script>alert" not in text
    assert 'aria-describedby="code-trouble"' in text


def test_too_many_tries_say_until_when(client, shopper, settings):
    settings.CODE_TRIES_PER_CUSTOMER = 1
    client.post(REDEEM, {"code": "WRONG"})
    assert "Too many codes were tried. Please try again after" in client.post(REDEEM, {"code": "X"}).content.decode()


def test_addresses_of_one_household_share_their_tries_and_none_of_them_is_kept(client, settings):
    settings.CODE_TRIES_PER_ADDRESS = 2
    answers = []
    for host in ("2001:db8:1:2::1", "2001:db8:1:2::ffff", "2001:db8:1:2:3::", "2001:db8:1:3::1"):
        client.force_login(make_customer(user=make_user()).user)
        answers.append("Too many codes" in client.post(REDEEM, {"code": "WRONG"}, REMOTE_ADDR=host).content.decode())
    assert answers == [False, False, True, False]
    assert not CodeTry.objects.filter(who__contains="2001").exists()


@pytest.mark.parametrize("code", ["", "\x00", "礼" * 500, "%00", "\u202e"])
def test_hostile_codes_are_refused_without_an_error(client, shopper, code):
    answer = client.post(REDEEM, {"code": code})
    assert answer.status_code == 200
    assert not Coupon.objects.exists()


def test_a_guest_is_asked_to_sign_in(client):
    answer = client.post(REDEEM, {"code": "TEA2026"})
    assert answer.url == f"{reverse('storefront:sign_in')}?next=%2Fwallet%2F"


def test_codes_are_redeemed_by_post_alone(client, shopper):
    assert client.get(REDEEM, {"code": "TEA2026"}).url == "/wallet/"
    assert not Coupon.objects.exists()
