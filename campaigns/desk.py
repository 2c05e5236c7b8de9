"""The desk: what waits for somebody's decision, and what somebody should see first. Parts register what they know.

A source answers for everybody, with a constant number of queries; who may decide is told with each row. A section
answers for one person. Nothing here touches the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a decision.

    `permission` is what deciding needs; `not_by`: keys of people who may not: its author, who has approved already.
    `got` of `needed` approvals are there. `risks` are sentences. `due_at`: when it will be too late, such as its start.
    """

    kind: Any
    title: str
    page: str
    decide_page: str
    permission: str
    since: datetime
    author: str = ""
    not_by: frozenset[int] = frozenset()
    got: int = 0
    needed: int = 1
    risks: tuple[str, ...] = ()
    due_at: datetime | None = None

    def is_for(self, user: AbstractBaseUser) -> bool:
        """Whether this person may decide it."""
        return user.pk not in self.not_by and user.has_perm(self.permission)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: a link, what is to be said of it, and when it was or will be."""

    text: str
    page: str
    note: str = ""
    at: datetime | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of somebody's desk: its first lines, how many there are in all, and where all of them are."""

    title: Any
    lines: list[Line]
    count: int
    empty: Any
    more_page: str = ""
    tone: str = field(default="", kw_only=True)


Source = Callable[[datetime], Iterable[Waiting]]
SectionOf = Callable[[Any, datetime], Section | None]

_sources: list[Source] = []
_sections: list[tuple[int, SectionOf]] = []


def register_waiting(source: Source) -> None:
    """Add a source of things that wait for a decision: `source(at)` yields them."""
    if source not in _sources:
        _sources.append(source)


def register_section(place: int, section_of: SectionOf) -> None:
    """Add a section to the desk: `section_of(user, at)`, None for people whom it does not concern; low places first."""
    if (place, section_of) not in _sections:
        _sections.append((place, section_of))
        _sections.sort(key=lambda item: item[0])


def waiting_for_decision(at: datetime) -> list[Waiting]:
    """Return everything that waits for a decision, the oldest first."""
    return sorted((row for source in _sources for row in source(at)), key=lambda row: row.since)


def sections_for(user: AbstractBaseUser, at: datetime) -> list[Section]:
    """Return the desk of a person."""
    found = (section_of(user, at) for _, section_of in _sections)
    return [section for section in found if section is not None]
