"""Messages: English text with figures, translated and formatted only where people read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pricing.engine.errors import Figure


def N_(msgid: str) -> str:
    """Mark a text for the translation catalogue without translating it here."""
    return msgid


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for a person.

    `msgid` is the English text with `%(name)s` placeholders. Figures named `*_cents`, `*_bp` and `*_at` are formatted
    by the page that shows them; `str()` gives the plain English with raw figures, for logs and tests.
    """

    msgid: str
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.figures if self.figures else self.msgid
