"""Carts and orders, made by the commands that shoppers use.

Orders read the database's clock, so campaigns and coupons for them must run on any day.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from campaigns.models import Customer
from coupons.models import Coupon
from pricing.clock import database_now
from pricing.models import Sku
from storefront.commands.cart import add_to_cart, cart_for, pick_coupons
from storefront.commands.checkout import Recipient, place_order
from storefront.commands.payment import start_payment, take_notice
from storefront.commands.refunds import RefundRequest, approve_refund, refund_quote, request_refund
from storefront.gateways import GATEWAYS
from storefront.models import Cart, Order, PaymentNotice, Refund
from storefront.quoting import quote_cart
from tests.factories import FAR_AHEAD, LONG_AGO
from tests.factories.campaigns import make_user
from tests.factories.coupons import make_coupon
from tests.factories.pricing import make_sku

SOMEBODY = Recipient(name="Li Lei", phone="13800000000", address="1 Example Road")


def make_cart(units: Mapping[Sku, int] | None = None, *, customer: Customer | None = None) -> Cart:
    """A guest's cart unless a customer is given; one new SKU at 100.00 unless units are given."""
    cart = cart_for(customer=customer)
    for sku, quantity in ({make_sku(): 1} if units is None else units).items():
        add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=quantity)
    return cart


def make_lasting_coupon(customer: Customer, **fields: Any) -> Coupon:
    """A coupon that is valid whatever day the test runs."""
    return make_coupon(customer=customer, valid_from=LONG_AGO, valid_until=FAR_AHEAD, **fields)


def order_cart(cart: Cart, **changes: Any) -> Order:
    """Agree to the present quote of the cart and order it."""
    agreed = quote_cart(cart=Cart.objects.get(pk=cart.pk), at=database_now()).fingerprint
    request = {"cart_id": cart.pk, "agreed_fingerprint": agreed, "key": uuid4(), "recipient": SOMEBODY}
    return place_order(**request | changes)


def make_order(
    units: Mapping[Sku, int] | None = None, *, customer: Customer | None = None, coupons: Iterable[Coupon] = ()
) -> Order:
    """An order waiting for its payment."""
    cart = make_cart(units, customer=customer)
    if coupons := list(coupons):
        pick_coupons(cart_id=cart.pk, coupon_ids=[coupon.pk for coupon in coupons])
    return order_cart(cart)


def pay(order: Order) -> PaymentNotice:
    """Send the test provider's form, as the pay page does."""
    instruction = start_payment(order_id=order.pk, at=order.placed_at)
    notice = GATEWAYS["test"].read_notice(instruction.fields)
    return take_notice(notice=notice, at=database_now())


def make_paid_order(units: Mapping[Sku, int] | None = None, **fields: Any) -> Order:
    order = make_order(units, **fields)
    pay(order)
    return Order.objects.get(pk=order.pk)


def refund(
    order: Order, units: Mapping[Sku, int], *, goods: str = "shelf", approved: bool = True, **changes: Any
) -> Refund:
    """Ask for these units back at the exact amount, and let a service agent approve it, unless that is not wanted."""
    by_line = {order.lines.get(sku=sku).pk: count for sku, count in units.items()}
    at = database_now()
    fault = changes.get("fault", "shopper")
    shown = refund_quote(order=Order.objects.get(pk=order.pk), units=by_line, fault=fault).amount_cents
    request = RefundRequest(**{"units": by_line, "key": uuid4(), "shown_cents": shown} | changes)
    asked = request_refund(order_id=order.pk, request=request, at=at)
    return approve_refund(refund_id=asked.pk, by=make_user(), at=at, goods=goods) if approved else asked
