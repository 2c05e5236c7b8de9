"""The Quote becomes an order, verbatim: lines, shipping, shares, and the document it can be reproduced from."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from campaigns.models import Customer
from pricing.engine.quote import Quote, QuoteLine, Share, ShippingLine
from pricing.models import Shop, Sku
from storefront.commands.addition_writing import write_additions
from storefront.document import document_of
from storefront.lifecycle import OrderState
from storefront.models import Cart, DiscountShare, Order, OrderLine, OrderShipping
from storefront.naming import frozen_names
from storefront.priced import Priced

# No letter or digit that could be taken for another one when it is read out.
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Placement:
    """What an order has beside its price."""

    key: UUID
    request_hash: str
    recipient: dict[str, str]
    placed_at: datetime
    pay_by: datetime


def write_order(*, cart: Cart, priced: Priced, placement: Placement) -> Order:
    """Write the order; the caller holds the locks and takes what it uses up."""
    order = Order.objects.create(**_totals(priced.quote), **_identity(cart, priced, placement))
    shares = [*_write_lines(order, priced), *_write_shipping(order, priced)]
    DiscountShare.objects.bulk_create(shares)
    write_additions(order, priced)
    if cart.customer_id is not None:
        _count_order(cart.customer_id, paid_at=order.paid_at)
    return order


def order_number(at: datetime) -> str:
    """Return a number that people can read out and nobody can guess."""
    day = timezone.localtime(at).strftime("%y%m%d")
    return f"{day}-{''.join(secrets.choice(READABLE) for _ in range(10))}"


def _totals(quote: Quote) -> dict[str, int]:
    fees_cents = sum(line.fee_cents for line in quote.shipping)
    return {
        "list_cents": quote.list_cents,
        "discount_cents": quote.discount_cents,
        "shipping_fee_cents": fees_cents,
        "shipping_discount_cents": fees_cents - quote.shipping_cents,
        "total_cents": quote.total_cents,
    }


def _identity(cart: Cart, priced: Priced, placement: Placement) -> dict[str, Any]:
    paid_at_once = not priced.quote.total_cents
    return {
        "number": order_number(placement.placed_at),
        "key": placement.key,
        "request_hash": placement.request_hash,
        "recipient": placement.recipient,
        "placed_at": placement.placed_at,
        "pay_by": placement.pay_by,
        "customer": cart.customer,
        "region": cart.region,
        "state": OrderState.PAID if paid_at_once else OrderState.AWAITING_PAYMENT,
        "paid_at": placement.placed_at if paid_at_once else None,
        "currency": priced.quote.currency,
        "channel": priced.cart.channel,
        "fingerprint": priced.quote.fingerprint,
        "document": document_of(priced),
    }


def _write_lines(order: Order, priced: Priced) -> list[DiscountShare]:
    skus = {sku.code: sku for sku in _skus_of(priced)}
    lines = [
        _order_line(order, position, line, skus[line.sku]) for position, line in enumerate(priced.quote.lines, start=1)
    ]
    OrderLine.objects.bulk_create(lines)
    return [
        share
        for row, line in zip(lines, priced.quote.lines, strict=True)
        for share in _shares(line.shares, priced, order_line=row)
    ]


def _skus_of(priced: Priced) -> Iterable[Sku]:
    return Sku.objects.filter(pk__in=[int(line.key) for line in priced.cart.lines]).select_related("product")


def _order_line(order: Order, position: int, line: QuoteLine, sku: Sku) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        key=line.key,
        shop_id=sku.product.shop_id,
        sku=sku,
        quantity=line.quantity,
        list_cents=line.list_cents,
        cost_cents=sku.cost_cents,
        net_cents=line.net_cents,
        **frozen_names(sku),
    )


def _write_shipping(order: Order, priced: Priced) -> list[DiscountShare]:
    shops = {shop.code: shop for shop in Shop.objects.filter(code__in=[fee.shop for fee in priced.quote.shipping])}
    rows = [_order_shipping(order, fee, shops[fee.shop]) for fee in priced.quote.shipping]
    OrderShipping.objects.bulk_create(rows)
    return [
        share
        for row, fee in zip(rows, priced.quote.shipping, strict=True)
        for share in _shares(fee.shares, priced, order_shipping=row)
    ]


def _order_shipping(order: Order, fee: ShippingLine, shop: Shop) -> OrderShipping:
    return OrderShipping(order=order, shop=shop, fee_cents=fee.fee_cents, net_cents=fee.net_cents)


def _shares(shares: Iterable[Share], priced: Priced, **carrier: OrderLine | OrderShipping) -> Iterable[DiscountShare]:
    for sequence, share in enumerate(shares, start=1):
        yield DiscountShare(
            **carrier,
            sequence=sequence,
            campaign_revision=None if share.coupon else priced.page.campaigns[share.offer],
            coupon_id=int(share.coupon.partition(":")[2]) if share.coupon else None,
            layer=share.layer.value,
            funder=share.funder,
            amount_cents=share.cents,
        )


def _count_order(customer_id: int, *, paid_at: datetime | None) -> None:
    """The facts that the next order's conditions ask about; the customer is locked by now."""
    customer = Customer.objects.filter(pk=customer_id)
    customer.update(orders_placed=F("orders_placed") + 1)
    if paid_at:
        customer.filter(first_paid_at=None).update(first_paid_at=paid_at)
