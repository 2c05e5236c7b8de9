"""Refusals: the business says no. Every other exception is a bug."""

from collections.abc import Mapping

Figure = int | str


class Refusal(Exception):
    """The business says no, in words for a person.

    `msgid` is English with `%(name)s` placeholders for `figures`; `field` names the input that is wrong, if one is.
    Figures that end in `_cents`, `_bp` or `_at` are formatted where the message is shown.
    """

    def __init__(self, msgid: str, *, field: str | None = None, **figures: Figure) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.field = field
        self.figures: Mapping[str, Figure] = figures

    def __str__(self) -> str:
        text = self.msgid % self.figures if self.figures else self.msgid
        return f"{self.field}: {text}" if self.field else text

    def __reduce__(self) -> tuple[object, ...]:
        return (_restored, (type(self), self.msgid, self.field, dict(self.figures)))


class WrongParams(Refusal):
    """A rule's parameters are not usable; `field` names the parameter."""


class WrongDocument(Refusal):
    """A document is not a cart; `field` is the path of the wrong value, such as `cart.lines[3].quantity`."""


class ReturnsTooMany(Refusal):
    """More units or more money are asked back than the line still holds."""


def _restored(kind: type[Refusal], msgid: str, field: str | None, figures: dict[str, Figure]) -> Refusal:
    """Rebuild a Refusal that crossed a process border."""
    return kind(msgid, field=field, **figures)
