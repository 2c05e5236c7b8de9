"""The demo's past orders, placed, paid, cancelled and returned through the shop's own commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from pricing.clock import database_now
from pricing.models import Sku
from promo_site.demo.people import REGULAR, VIP, Person, customer, staff
from storefront.commands.cancelling import cancel_order
from storefront.commands.cart import add_to_cart, cart_for
from storefront.commands.checkout import Recipient, place_order
from storefront.commands.payment import start_payment, take_notice
from storefront.commands.refunds import RefundRequest, approve_refund, refund_quote, request_refund
from storefront.gateways import GATEWAYS
from storefront.lifecycle import RefundState
from storefront.models import Cart, Fault, Order
from storefront.quoting import quote_cart

ADDRESS = "上海市徐汇区安福路 201 号 3 楼"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one person orders (units by SKU code) and what becomes of it.

    `outcome` is paid, unpaid or cancelled; `returned` units by SKU code are asked back, and given back if `approved`.
    """

    person: Person
    basket: Mapping[str, int]
    outcome: str = "paid"
    returned: Mapping[str, int] | None = None
    approved: bool = True
    reason: str = "Does not match the others"


PURCHASES = (
    Purchase(REGULAR, {"CAST-IRON-POT-24": 1, "CUTTING-BOARD": 1}),
    Purchase(VIP, {"RICE-BOWLS-BLUE": 3, "CERAMIC-VASE": 1, "TEA-TIN-125": 1}, returned={"RICE-BOWLS-BLUE": 1}),
    Purchase(VIP, {"RUNNING-SHOES-42": 1, "WOOL-SCARF": 1}),
    Purchase(VIP, {"NOVEL": 1, "COOKBOOK": 1}, outcome="cancelled"),
    Purchase(REGULAR, {"KNIT-SWEATER-M": 2, "TABLE-LAMP": 1}, returned={"KNIT-SWEATER-M": 1}, approved=False),
    Purchase(VIP, {"GAIWAN-CUP": 2, "POUR-OVER-KETTLE-BLK": 1}, outcome="unpaid"),
)
CART = Purchase(VIP, {"MECHANICAL-KEYBOARD-TAC": 1, "DESK-CLOCK": 1})


def go_shopping() -> None:
    """Carry out every purchase, and leave something in a cart. Orders carry the database's time, as all orders do."""
    for purchase in PURCHASES:
        _carry_out(purchase)
    _fill_cart(CART)


def _carry_out(purchase: Purchase) -> None:
    order = _order(purchase)
    if purchase.outcome == "cancelled":
        by = customer(purchase.person).user
        cancel_order(order_id=order.pk, by=by, reason="Ordered by mistake", at=database_now())
    if purchase.outcome == "paid":
        _pay(order)
    if purchase.returned:
        _ask_back(order, purchase)


def _order(purchase: Purchase) -> Order:
    cart, buyer = _fill_cart(purchase), customer(purchase.person)
    quote = quote_cart(cart=cart, at=database_now())
    recipient = Recipient(name=buyer.name, phone=buyer.phone, address=ADDRESS)
    return place_order(cart_id=cart.pk, agreed_fingerprint=quote.fingerprint, key=uuid4(), recipient=recipient)


def _fill_cart(purchase: Purchase) -> Cart:
    cart = cart_for(customer=customer(purchase.person))
    for code, units in purchase.basket.items():
        add_to_cart(cart_id=cart.pk, sku_id=Sku.objects.get(code=code).pk, quantity=units)
    return cart


def _pay(order: Order) -> None:
    instruction = start_payment(order_id=order.pk, at=database_now())
    notice = GATEWAYS[instruction.provider].read_notice(instruction.fields)
    take_notice(notice=notice, at=database_now())


def _ask_back(order: Order, purchase: Purchase) -> None:
    order.refresh_from_db()
    lines = {line.sku.code: line.pk for line in order.lines.select_related("sku").order_by("-position")}
    units = {lines[code]: count for code, count in (purchase.returned or {}).items()}
    shown = refund_quote(order=order, units=units)
    request = RefundRequest(
        units=units, key=uuid4(), reason=purchase.reason, fault=Fault.SHOPPER, shown_cents=shown.amount_cents
    )
    refund = request_refund(order_id=order.pk, request=request, at=database_now())
    if purchase.approved and refund.state == RefundState.REQUESTED:
        approve_refund(refund_id=refund.pk, by=staff("service"), at=database_now())
