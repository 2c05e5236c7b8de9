"""Groups of conditions, and how they are stored: {"all": […]}, {"any": […]}, {"none": […]}, {"is": …, "of": […]}."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext

from campaigns.audience import about_person as _about_person  # noqa: F401, registers its conditions
from campaigns.audience.about_groups import InSegment
from campaigns.audience.conditions import CONDITIONS, Condition, WrongAudience
from campaigns.audience.names import Names, both, either
from campaigns.audience.person import Person
from pricing.engine.messages import N_

ALL, ANY, NONE = "all", "any", "none"
MOST_CONDITIONS = 60
MOST_LEVELS = 5

NOT_A_TREE = N_("An audience is made of groups and conditions.")
EMPTY_GROUP = N_("A group is empty: add a condition to it, or remove the group.")


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts hold, or any, or none."""

    how: str
    parts: "tuple[Node, ...]"

    def holds(self, person: Person) -> bool:
        if self.how == ALL:
            return all(part.holds(person) for part in self.parts)
        found = any(part.holds(person) for part in self.parts)
        return found if self.how == ANY else not found

    def matching(self, at: datetime) -> Q:
        """Return what selects the customers for whom it holds."""
        found = [part.matching(at) for part in self.parts]
        if self.how == ALL:
            return reduce(and_, found)
        return reduce(or_, found) if self.how == ANY else ~reduce(or_, found)

    def words(self, names: Names) -> str:
        """Say it to staff, in the middle of a sentence."""
        if self.how == NONE:
            return both(part.denied(names) for part in self.parts)
        said = [_within(part, part.words(names)) for part in self.parts]
        return both(said) if self.how == ALL else either(said)

    def denied(self, names: Names) -> str:
        """Say to staff, in the middle of a sentence, that it does not hold."""
        return gettext("not (%(conditions)s)") % {"conditions": self.words(names)}


Node: TypeAlias = Group | Condition


def _within(part: Node, said: str) -> str:
    """Return what a part says inside of another group's sentence: in brackets if it is joined itself."""
    is_plain = isinstance(part, Condition) or (part.how == NONE and len(part.parts) == 1)
    return said if is_plain else f"({said})"


def load_tree(stored: Any) -> Group | None:
    """Return the tree that is stored; None for {}: everyone. Raises WrongAudience."""
    if stored == {}:
        return None
    tree = _load(stored, 1)
    if not isinstance(tree, Group):
        raise WrongAudience(N_("An audience begins with a group: all of, any of or none of."))
    if sum(1 for _ in written_conditions(tree)) > MOST_CONDITIONS:
        raise WrongAudience(N_("At most %(most)s conditions: put some of them into a segment."), most=MOST_CONDITIONS)
    return tree


def dump_tree(tree: Group | None) -> dict[str, Any]:
    """Return what is stored; `load_tree` reads it back to an equal value."""
    return {} if tree is None else _dump(tree)


def written_conditions(tree: Node | None) -> Iterator[Condition]:
    """Yield the conditions as they are written, without those that segments stand for."""
    if isinstance(tree, Group):
        for part in tree.parts:
            yield from written_conditions(part)
    elif tree is not None:
        yield tree


def all_conditions(tree: Node | None) -> Iterator[Condition]:
    """Yield every condition, those that segments stand for included."""
    for condition in written_conditions(tree):
        yield condition
        if isinstance(condition, InSegment):
            yield from all_conditions(condition.means)


def _load(stored: Any, level: int) -> Node:
    if not isinstance(stored, dict):
        raise WrongAudience(NOT_A_TREE)
    if "is" in stored:
        return _condition(stored, level)
    how = next(iter(stored), "")
    if how not in (ALL, ANY, NONE) or len(stored) > 1 or not isinstance(stored[how], list):
        raise WrongAudience(NOT_A_TREE)
    if level > MOST_LEVELS:
        raise WrongAudience(N_("Groups stand in groups at most %(most)s deep: use a segment."), most=MOST_LEVELS)
    if not stored[how]:
        raise WrongAudience(EMPTY_GROUP)
    return Group(how, tuple(_load(part, level + 1) for part in stored[how]))


def _condition(stored: dict[str, Any], level: int) -> Condition:
    rule, values = CONDITIONS.get(str(stored["is"])), stored.get("of", [])
    if rule is None:
        raise WrongAudience(N_("There is no condition called %(code)s."), code=str(stored["is"])[:40])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise WrongAudience(NOT_A_TREE)
    condition = rule.of(values)
    if isinstance(condition, InSegment) and "means" in stored:
        means = _load(stored["means"], 1)
        return InSegment(condition.number, means if isinstance(means, Group) else Group(ALL, (means,)))
    return condition


def _dump(node: Node) -> dict[str, Any]:
    if isinstance(node, Group):
        return {node.how: [_dump(part) for part in node.parts]}
    found: dict[str, Any] = {"is": node.CODE, "of": node.values}
    if isinstance(node, InSegment) and node.means is not None:
        found["means"] = _dump(node.means)
    return found
