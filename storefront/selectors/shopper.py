"""The facts about a person that conditions may ask about."""

from typing import Any

from campaigns.models import Customer
from pricing.engine.cart import Shopper


def shopper_of(customer: Customer | None) -> Shopper:
    """Return what the engine is told; a guest is unknown. No query."""
    if customer is None:
        return Shopper()
    return Shopper(
        id=customer.code,
        level=customer.level or None,
        orders_placed=customer.orders_placed,
        phone_verified=customer.phone_verified_at is not None,
    )


def customer_of(user: Any) -> Customer | None:
    """Return who buys when this user is signed in; staff and guests buy as nobody. One query at most."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Customer.objects.filter(user=user).first()
