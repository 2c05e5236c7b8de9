"""Texts that every store, page and terminal can hold."""

from typing import Any

from pricing.engine.messages import N_

MAX_TEXT = 200


def trouble_with(value: Any) -> str | None:
    """Return why this is no text to work with, as a msgid with the figure `most`; None if nothing is wrong."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return N_("A text of at most %(most)s characters is needed.")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        return N_("The text holds a character that cannot be stored.")
    return None


def shown(name: object) -> str:
    """Return a name that somebody made up so that it can be printed."""
    return str(name)[:MAX_TEXT].encode("utf-8", "backslashreplace").decode()
