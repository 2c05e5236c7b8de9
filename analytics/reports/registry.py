"""@report: the code in an address -> the class that knows columns and rows."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import ClassVar, NamedTuple, Protocol, TypeVar

from django.utils.functional import Promise


class Column(NamedTuple):
    """The name in the first line of the file, which never changes, and what it means, for people."""

    name: str
    meaning: Promise


class Report(Protocol):
    """Columns, and rows of exactly these columns for the days from `since` to `until`, both included."""

    code: ClassVar[str]
    title: ClassVar[Promise]
    columns: ClassVar[tuple[Column, ...]]

    def rows(self, *, since: date, until: date, imported: bool) -> Iterator[tuple[object, ...]]: ...


R = TypeVar("R", bound=type)

REPORTS: dict[str, type[Report]] = {}


def report(code: str, *, title: Promise) -> Callable[[R], R]:
    """Register a report under the code that its address shows."""

    def register(kind: R) -> R:
        if code in REPORTS:
            raise ValueError(f"two reports are called {code}")
        kind.code, kind.title = code, title
        REPORTS[code] = kind
        return kind

    return register
