"""The shop's back office: orders to look at, refunds to decide."""

from storefront.admin import order, payment, refund

__all__ = ["order", "payment", "refund"]
