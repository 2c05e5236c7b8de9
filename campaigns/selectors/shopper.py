"""The facts about a person that conditions may ask about."""

from campaigns.models import Customer
from pricing.engine.cart import Shopper


def shopper_of(customer: Customer | None) -> Shopper:
    """Return what the engine is told; a guest is unknown in everything. No query."""
    if customer is None:
        return Shopper()
    return Shopper(
        id=customer.code,
        level=customer.level or None,
        orders_placed=customer.orders_placed,
        phone_verified=customer.phone_verified_at is not None,
    )
