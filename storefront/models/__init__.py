"""Carts, orders as they were agreed to, and everything that comes in, goes out and comes back."""

from storefront.models.addition import OrderGift, OrderReward, RewardDeduction
from storefront.models.cart import MOST_UNITS, Cart, CartLine
from storefront.models.discount_share import DiscountShare, ShareReversal
from storefront.models.order import Order, OrderLine, OrderShipping, OrderTransition, Source
from storefront.models.payment import EntryKind, MoneyTransfer, Outcome, PaymentEntry, PaymentNotice
from storefront.models.refund import Fault, Goods, Refund, RefundLine, RefundShipping

__all__ = [
    "MOST_UNITS",
    "Cart",
    "CartLine",
    "DiscountShare",
    "EntryKind",
    "Fault",
    "Goods",
    "MoneyTransfer",
    "Order",
    "OrderGift",
    "OrderLine",
    "OrderReward",
    "OrderShipping",
    "OrderTransition",
    "Outcome",
    "PaymentEntry",
    "PaymentNotice",
    "Refund",
    "RefundLine",
    "RefundShipping",
    "RewardDeduction",
    "ShareReversal",
    "Source",
]
