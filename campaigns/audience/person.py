"""One customer as conditions see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a customer at a moment.

    `tags` are codes, `lists` primary keys, `bought_at` the codes of shops with a paid order that counts.
    """

    at: datetime
    level: str
    region: str
    orders_placed: int
    registered_at: datetime
    phone_verified: bool
    tags: frozenset[str] = frozenset()
    lists: frozenset[int] = frozenset()
    bought_at: frozenset[str] = frozenset()
