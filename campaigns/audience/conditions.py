"""What a condition on a customer promises, and the register of all of them by the code that is stored."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db.models import Q

from campaigns.audience.names import Names
from campaigns.audience.person import Person
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.engine.texts import trouble_with

MOST_VALUES = 50
LONGEST_VALUE = 64


class WrongAudience(Refusal):
    """An audience cannot be used as it is written; the message says what to do."""

    def __init__(self, msgid: str, **figures: str | int) -> None:
        super().__init__(msgid, field="audience", **figures)


class Condition:
    """One condition on a customer; subclasses are frozen dataclasses, stored as {"is": CODE, "of": values}.

    `holds` and `matching` say the same, of one person and of all rows. `DECIDED_AT_ORDER`: each order may change it, so
    it cannot be frozen. `ASKS` names the facts of Person that cost a query of their own.
    """

    __slots__ = ()
    CODE: ClassVar[str]
    LABEL: ClassVar[str]
    ASKS: ClassVar[frozenset[str]] = frozenset()
    DECIDED_AT_ORDER: ClassVar[bool] = False

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        """Return the condition with these stored values. Raises WrongAudience."""
        raise NotImplementedError

    @property
    def values(self) -> list[str]:
        raise NotImplementedError

    def holds(self, person: Person) -> bool:
        raise NotImplementedError

    def matching(self, at: datetime) -> Q:
        """Return what selects the customers for whom it holds."""
        raise NotImplementedError

    def words(self, names: Names) -> str:
        """Say it to staff, in the middle of a sentence."""
        raise NotImplementedError

    def denied(self, names: Names) -> str:
        """Say to staff, in the middle of a sentence, that it does not hold."""
        raise NotImplementedError

    def public(self, names: Names) -> str:
        """Say it to shoppers as a sentence; empty where it is none of their business."""
        return ""


CONDITIONS: dict[str, type[Condition]] = {}
Rule = TypeVar("Rule", bound=type[Condition])


def customer_condition(code: str, label: str) -> Callable[[Rule], Rule]:
    """Register a condition under the code that is stored: never rename it."""

    def add(rule: Rule) -> Rule:
        rule.CODE, rule.LABEL = code, label
        CONDITIONS[code] = rule
        return rule

    return add


def some(values: Sequence[str]) -> frozenset[str]:
    """Return the values as a set. Raises WrongAudience where nothing is chosen or too much."""
    found = frozenset(value.strip() for value in values if value.strip())
    if not found:
        raise WrongAudience(N_("A condition has nothing chosen: choose something, or remove the condition."))
    if any(trouble_with(value[:LONGEST_VALUE]) for value in found):
        raise WrongAudience(N_("A condition holds a character that cannot be stored: type it again."))
    if len(found) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in found):
        raise WrongAudience(N_("A condition names at most %(most)s things: import a list instead."), most=MOST_VALUES)
    return found


def the_one(values: Sequence[str]) -> str:
    """Return the only value. Raises WrongAudience for none or several."""
    found = some(values)
    if len(found) > 1:
        raise WrongAudience(N_("A condition names one thing only here: add another condition for the next."))
    return next(iter(found))


def number_in(text: str, *, least: int, most: int) -> int:
    """Return the whole number typed. Raises WrongAudience."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise WrongAudience(N_("A condition needs a whole number from %(least)s to %(most)s."), least=least, most=most)
    return int(text)
