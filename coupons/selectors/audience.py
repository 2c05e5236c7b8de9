"""Is this customer meant? The same conditions that the engine asks, without a cart."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaigns.models import Customer
from pricing.engine.cart import Cart, Shopper
from pricing.engine.reasons import Reason
from pricing.engine.registry import load_condition


def shopper_facts(customer: Customer | None) -> Shopper:
    """What conditions may ask about a customer; a guest is unknown in everything. No query."""
    if customer is None:
        return Shopper()
    return Shopper(
        id=customer.code,
        level=customer.level or None,
        orders_placed=customer.orders_placed,
        phone_verified=customer.phone_verified_at is not None,
    )


def unmet_reason(conditions: Iterable[Mapping[str, Any]], *, customer: Customer | None, at: datetime) -> Reason | None:
    """Return why the customer is not in the audience, None if they are. No query."""
    asking = Cart(lines=(), shopper=shopper_facts(customer), at=at, region=customer.region if customer else "")
    reasons = (load_condition(row["code"], row["params"]).unmet_by_cart(asking) for row in conditions)
    return next(filter(None, reasons), None)
