"""How people call what trees name by code or number, in the language of the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Names:
    """Names by what is stored; what is no longer there is shown as it is stored."""

    levels: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    shops: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


def either(names: Iterable[str]) -> str:
    """Return "a, b or c" in the reader's language."""
    return _joined(names, gettext("%(first)s or %(last)s"))


def both(names: Iterable[str]) -> str:
    """Return "a, b and c" in the reader's language."""
    return _joined(names, gettext("%(first)s and %(last)s"))


def _joined(names: Iterable[str], last_two: str) -> str:
    found = list(names)
    if len(found) < 2:
        return "".join(found)
    return last_two % {"first": gettext(", ").join(found[:-1]), "last": found[-1]}
