"""What is asked of whoever carries letters to customers. None of it runs inside a database transaction."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one customer. `key` is the same however often the same letter is written."""

    key: str
    address: str
    subject: str
    body: str
    opt_out_url: str


class Sender(Protocol):
    """One way to send letters."""

    name: str

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Any exception means that it was not accepted; it is not tried again."""
