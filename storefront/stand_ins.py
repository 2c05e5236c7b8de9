"""Customers who do not exist: somebody new, or a member of a level, to see prices with their eyes."""

from datetime import datetime

from campaigns.models import Customer

STAND_IN_ID = 0  # no row has it: whatever is looked up for a stand-in is not there, whatever is written is refused


def stand_in(*, level: str, orders_placed: int, at: datetime) -> Customer:
    """Return a customer in memory only, signed in, with a verified phone."""
    return Customer(
        pk=STAND_IN_ID,
        code="stand-in",
        level=level,
        orders_placed=orders_placed,
        first_paid_at=at if orders_placed else None,
        phone_verified_at=at,
        registered_at=at,
    )
