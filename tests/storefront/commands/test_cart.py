"""Carts: guests by token, customers by themselves, merged at sign-in; absurd input is refused by name."""

from uuid import uuid4

import pytest

from pricing.models import Product, Sku
from storefront.commands.cart import (
    add_to_cart,
    cart_for,
    merge_carts,
    pick_coupons,
    remove_line,
    set_quantity,
    set_region,
)
from storefront.models import Cart, CartLine
from storefront.refusals import CannotBuy
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_coupon
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-05")]


def contents(cart: Cart) -> dict[Sku, int]:
    return {line.sku: line.quantity for line in CartLine.objects.filter(cart=cart)}


def test_customer_has_one_cart_and_a_guest_the_one_of_the_token():
    customer = make_customer()
    assert cart_for(customer=customer).pk == cart_for(customer=customer).pk
    guest = cart_for()
    assert cart_for(token=guest.token).pk == guest.pk
    assert cart_for(token=uuid4()).pk not in (guest.pk, None)


def test_token_of_a_customers_cart_opens_nothing_to_a_guest():
    own = cart_for(customer=make_customer())
    assert cart_for(token=own.token).pk != own.pk


def test_adding_twice_adds_up():
    sku, cart = make_sku(), cart_for()
    add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=2)
    add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=3)
    assert contents(cart) == {sku: 5}


def test_quantity_is_set_and_zero_or_removing_takes_the_line_out():
    sku, other = make_sku(), make_sku()
    cart = make_cart({sku: 5, other: 1})
    set_quantity(cart_id=cart.pk, sku_id=sku.pk, quantity=2)
    assert contents(cart) == {sku: 2, other: 1}
    set_quantity(cart_id=cart.pk, sku_id=sku.pk, quantity=0)
    remove_line(cart_id=cart.pk, sku_id=other.pk)
    remove_line(cart_id=cart.pk, sku_id=other.pk)
    assert contents(cart) == {}


def test_setting_a_quantity_of_something_new_puts_it_in():
    sku, cart = make_sku(), cart_for()
    set_quantity(cart_id=cart.pk, sku_id=sku.pk, quantity=2)
    assert contents(cart) == {sku: 2}


@pytest.mark.parametrize("quantity", [0, -1, 10_000, 10**30])
def test_absurd_quantity_is_refused_naming_the_field(quantity):
    sku, cart = make_sku(), cart_for()
    with pytest.raises(CannotBuy) as refusal:
        add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=quantity)
    assert refusal.value.field == "quantity"
    assert contents(cart) == {}


def test_adding_beyond_the_most_keeps_what_was_there():
    sku, cart = make_sku(), cart_for()
    add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=9_999)
    with pytest.raises(CannotBuy, match="9999"):
        add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=1)
    assert contents(cart) == {sku: 9_999}


def test_line_that_no_order_could_hold_is_refused():
    dear, cart = make_sku(list_cents=10_000_000_000), cart_for()
    with pytest.raises(CannotBuy, match="1000 pieces"):
        set_quantity(cart_id=cart.pk, sku_id=dear.pk, quantity=1_001)
    set_quantity(cart_id=cart.pk, sku_id=dear.pk, quantity=1_000)


@pytest.mark.parametrize("sku_id", ["inactive", "of an inactive product", 0])
def test_what_is_not_for_sale_is_refused(sku_id):
    sku, cart = make_sku(), cart_for()
    if sku_id == "inactive":
        Sku.objects.update(is_active=False)
    elif sku_id:
        Product.objects.update(is_active=False)
    with pytest.raises(CannotBuy) as refusal:
        add_to_cart(cart_id=cart.pk, sku_id=sku.pk if sku_id else 0, quantity=1)
    assert refusal.value.field == "sku"


def test_sign_in_merges_the_guests_cart_once():
    sku, other, customer = make_sku(), make_sku(), make_customer()
    own = make_cart({sku: 2}, customer=customer)
    guest = make_cart({sku: 9_998, other: 1})
    for _ in range(2):
        merged = merge_carts(token=guest.token, customer=customer)
    assert merged.pk == own.pk
    assert contents(own) == {sku: 9_999, other: 1}
    assert not Cart.objects.filter(pk=guest.pk).exists()


def test_sign_in_keeps_lines_and_their_number_within_what_can_be_ordered(monkeypatch):
    monkeypatch.setattr("storefront.commands.cart.MAX_LINES", 2)
    dear, customer = make_sku(list_cents=10_000_000_000), make_customer()
    own = make_cart({dear: 900, make_sku(): 1}, customer=customer)
    merge_carts(token=make_cart({dear: 900, make_sku(): 1}).token, customer=customer)
    assert len(contents(own)) == 2
    assert contents(own)[dear] == 1_000


def test_sign_in_with_the_token_of_another_customer_takes_nothing():
    other = make_cart({make_sku(): 1}, customer=make_customer())
    merged = merge_carts(token=other.token, customer=make_customer())
    assert contents(merged) == {}
    assert len(contents(other)) == 1


@pytest.mark.req("CPN-08")
def test_only_own_coupons_are_picked():
    customer = make_customer()
    own, foreign = make_coupon(customer=customer), make_coupon()
    cart = make_cart({}, customer=customer)
    pick_coupons(cart_id=cart.pk, coupon_ids=[own.pk, own.pk])
    for ids in ([foreign.pk], [own.pk, foreign.pk], [0]):
        with pytest.raises(CannotBuy) as refusal:
            pick_coupons(cart_id=cart.pk, coupon_ids=ids)
        assert refusal.value.field == "coupons"
    assert Cart.objects.get(pk=cart.pk).picked_coupons == [own.pk]
    pick_coupons(cart_id=cart.pk, coupon_ids=None)
    assert Cart.objects.get(pk=cart.pk).picked_coupons is None


def test_guest_picks_no_coupons():
    cart = cart_for()
    with pytest.raises(CannotBuy):
        pick_coupons(cart_id=cart.pk, coupon_ids=[make_coupon().pk])


def test_region_is_kept_and_too_long_a_one_refused():
    cart = cart_for()
    set_region(cart_id=cart.pk, region="Guangdong")
    with pytest.raises(CannotBuy) as refusal:
        set_region(cart_id=cart.pk, region="x" * 65)
    assert refusal.value.field == "region"
    assert Cart.objects.get(pk=cart.pk).region == "Guangdong"
