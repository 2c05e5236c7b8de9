"""What the shop asks of a payment provider. None of it runs inside a database transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Instruction:
    """How the shopper gets to the provider: a form with these fields, sent to the page of this name."""

    provider: str
    url_name: str
    fields: Mapping[str, str]
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What the provider says has happened; `event` is its own key of the message."""

    provider: str
    event: str
    order_number: str
    amount_cents: int


class Gateway(Protocol):
    """One payment provider."""

    name: str

    def begin(self, *, order_number: str, amount_cents: int) -> Instruction:
        """Return what the pay page sends the shopper with."""

    def read_notice(self, fields: Mapping[str, str]) -> Notice:
        """Return the message. Raises WrongNotice if it is not genuine or not complete."""

    def send_back(self, *, reference: str, amount_cents: int) -> str:
        """Give money back and return the provider's reference; the same `reference` moves money once."""
