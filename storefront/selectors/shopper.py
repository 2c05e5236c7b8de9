"""Who is behind a login."""

from typing import Any

from campaigns.models import Customer


def customer_of(user: Any) -> Customer | None:
    """Return who buys when this user is signed in; staff and guests buy as nobody. One query at most."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Customer.objects.filter(user=user).first()
