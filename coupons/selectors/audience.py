"""Is this customer meant? The same conditions that the engine asks, without a cart."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaigns.models import Customer
from campaigns.selectors.shopper import shopper_of
from pricing.engine.cart import Cart
from pricing.engine.reasons import Reason
from pricing.engine.registry import load_condition


def unmet_reason(conditions: Iterable[Mapping[str, Any]], *, customer: Customer | None, at: datetime) -> Reason | None:
    """Return why the customer is not in the audience, None if they are. No query."""
    asking = Cart(lines=(), shopper=shopper_of(customer), at=at, region=customer.region if customer else "")
    reasons = (load_condition(row["code"], row["params"]).unmet_by_cart(asking) for row in conditions)
    return next(filter(None, reasons), None)
