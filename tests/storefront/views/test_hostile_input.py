"""Texts, numbers and addresses that nobody means well with: a page or a "no", never a 500, nothing changed."""

import pytest

from storefront.models import CartLine, Order
from tests.factories.campaigns import make_customer, make_user
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03")]

BEYOND = "9" * 25
ADDRESSES = [
    f"/campaigns/{BEYOND}/",
    "/campaigns/9223372036854775807/",
    "/products/%00/",
    "/products/%ed%a0%80/",
    "/products/?q=%00",
    f"/products/?category=%00&page={BEYOND}&sort=%00",
    "/products/?q=%25_%5C",
    "/orders/x%00y/",
    "/orders/x%ff/",
    "/wallet/?show=%00",
    "/sign-in/?next=//evil.example",
    "/sign-up/?next=%00",
]
SENT = [
    ("/cart/add/", {"sku": "\0", "quantity": "1"}),
    ("/cart/add/", {"sku": "1", "quantity": "１"}),
    ("/cart/add/", {"sku": BEYOND, "quantity": BEYOND}),
    ("/cart/quantity/", {"sku": "9223372036854775807", "quantity": "-3"}),
    ("/cart/remove/", {"sku": "9223372036854775807"}),
    (f"/coupons/{BEYOND}/claim/", {"seq": "1"}),
    ("/coupons/1/claim/", {"seq": "²"}),
    ("/checkout/region/", {"region": "\0"}),
    ("/checkout/coupons/", {"coupons": ["²", BEYOND, "1"]}),
    ("/checkout/coupons/", {"coupons": "9" * 5_000}),
    ("/checkout/", {"name": "a\0b", "phone": "1", "address": "x" * 9_999, "fingerprint": "\0", "key": "x"}),
    ("/payments/notice/", {"event": "\0", "order": "\0", "amount_cents": "\0", "signature": "é:"}),
    ("/payments/notice/", {}),
    ("/sign-up/", {"username": "a\0", "password1": "x", "password2": "x", "called": "\0"}),
    ("/sign-in/", {"username": "a\0", "password": "\0"}),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_address_is_a_page_or_not_found(client, address):
    client.raise_request_exception = False
    assert client.get(address).status_code in (200, 302, 404)


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(("address", "fields"), SENT)
def test_hostile_form_is_refused_and_changes_nothing(client, address, fields, signed_in):
    client.raise_request_exception = False
    if signed_in:
        user = make_user()
        make_customer(user=user)
        client.force_login(user)
    answer = client.post(address, fields)
    assert answer.status_code in (302, 400)
    assert not answer.get("Location", "").startswith(("//", "http"))
    assert (CartLine.objects.count(), Order.objects.count()) == (0, 0)


@pytest.mark.parametrize("act", ["", "pay/", "refund/"])
def test_order_of_somebody_else_is_not_found_by_any_address(client, act):
    order = make_paid_order(customer=make_customer())
    user = make_user()
    make_customer(user=user)
    for visitor in (None, user):
        if visitor:
            client.force_login(visitor)
        assert client.get(f"/orders/{order.number}/{act}").status_code == 404
        assert client.post(f"/orders/{order.number}/refund/", {f"units_{order.lines.get().pk}": 1}).status_code == 404
        assert client.post(f"/orders/{order.number}/cancel/").status_code == 404
    order.refresh_from_db()
    assert (order.state, order.refunds.count()) == ("paid", 0)
