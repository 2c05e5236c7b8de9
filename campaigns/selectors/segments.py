"""What trees name: segments looked up and spelt out, names for people, and what is no longer there."""

from collections.abc import Iterable, Mapping

from campaigns.audience.about_groups import InSegment, New, OnList, Tagged
from campaigns.audience.about_person import Level
from campaigns.audience.conditions import Condition, WrongAudience
from campaigns.audience.names import Names
from campaigns.audience.tree import MOST_LEVELS, Group, Node, all_conditions, load_tree, written_conditions
from campaigns.models import CustomerList, MemberLevel, Segment, Tag
from pricing.engine.messages import N_
from pricing.models import Shop

MOST_SPELT_OUT = 300
ROUND = N_("“%(name)s” leads back to itself through its segments or tags: take it out of the conditions.")
NO_TAG = N_("There is no tag called %(name)s. Choose one that exists, or remove the condition.")
NO_LIST = N_("There is no list with the number %(name)s. Choose one that exists, or remove the condition.")
NO_SEGMENT = N_("There is no segment with the number %(name)s. Choose one that exists, or remove the condition.")
NO_LEVEL = N_("There is no member level called %(name)s. Choose one that exists, or remove the condition.")
NO_SHOP = N_("There is no shop called %(name)s. Choose one that exists, or remove the condition.")


def spelt_out(tree: Group | None) -> Group | None:
    """Return the tree with what its segments mean now, and theirs. A query for each level of segments.

    Raises WrongAudience for segments that do not exist, that lead back to themselves, or say too much together.
    """
    if tree is None:
        return None
    known = _segments_below(tree)
    found = _spelt_out(tree, known, ())
    if sum(1 for _ in all_conditions(found)) > MOST_SPELT_OUT:
        raise WrongAudience(N_("With its segments, this has more than %(most)s conditions."), most=MOST_SPELT_OUT)
    return found if isinstance(found, Group) else None


def names_of(trees: Iterable[Node | None]) -> Names:
    """Return how people call what these trees name. Five queries at most, one for each kind that is named."""
    found = _named([condition for tree in trees for condition in all_conditions(tree)])
    levels = MemberLevel.objects.filter(code__in=found["levels"]) if found["levels"] else ()
    tags = Tag.objects.filter(code__in=found["tags"]) if found["tags"] else ()
    shops = Shop.objects.filter(code__in=found["shops"]) if found["shops"] else ()
    lists = CustomerList.objects.filter(pk__in=found["lists"]) if found["lists"] else ()
    segments = Segment.objects.filter(pk__in=found["segments"]) if found["segments"] else ()
    return Names(
        levels={row.code: row.local_name for row in levels},
        tags={row.code: row.local_name for row in tags},
        shops={row.code: row.local_name for row in shops},
        lists={str(row.pk): row.name for row in lists},
        segments={str(row.pk): row.local_name for row in segments},
    )


def check_known(tree: Group | None) -> None:
    """Raise WrongAudience for the first thing that a tree names and that does not exist."""
    found, names = _named(written_conditions(tree)), names_of([tree])
    kinds = (
        (found["levels"], names.levels, NO_LEVEL),
        (found["tags"], names.tags, NO_TAG),
        (found["shops"], names.shops, NO_SHOP),
        (found["lists"], names.lists, NO_LIST),
        (found["segments"], names.segments, NO_SEGMENT),
    )
    for named, known, text in kinds:
        for missing in sorted(set(named) - set(known)):
            raise WrongAudience(text, name=missing)


def check_no_circle(tree: Group | None, *, segment: Segment | None = None, tag: Tag | None = None) -> None:
    """Raise WrongAudience if the segment or the tag's rule would come to depend on itself.

    Tags with rules count: a rule that asks for its own outcome would flip at each run.
    """
    segments = {row.pk: row for row in Segment.objects.all()}
    tags = {row.code: row for row in Tag.objects.exclude(rule={})}
    origin = ("segment", str(segment.pk)) if segment else ("tag", tag.code if tag else "")
    name = (segment or tag).local_name if (segment or tag) else ""
    waiting, seen = list(written_conditions(tree)), set()
    while waiting:
        condition = waiting.pop()
        for node in _nodes(condition):
            if node == origin:
                raise WrongAudience(ROUND, name=name)
            if node not in seen:
                seen.add(node)
                stored = _stored(node, segments, tags)
                waiting += written_conditions(load_tree(stored)) if stored else ()


def _nodes(condition: Condition) -> list[tuple[str, str]]:
    if isinstance(condition, InSegment):
        return [("segment", str(condition.number))]
    return [("tag", code) for code in condition.values] if isinstance(condition, Tagged) else []


def _stored(node: tuple[str, str], segments: Mapping[int, Segment], tags: Mapping[str, Tag]) -> dict | None:
    kind, code = node
    if kind == "segment":
        return segments[int(code)].tree if int(code) in segments else None
    return tags[code].rule if code in tags else None


def _segments_below(tree: Group) -> dict[int, Group]:
    """Return the trees of all segments that a tree leads to, by primary key."""
    known: dict[int, Group] = {}
    wanted = {row.number for row in written_conditions(tree) if isinstance(row, InSegment)}
    while wanted:
        rows = {row.pk: load_tree(row.tree) for row in Segment.objects.filter(pk__in=wanted)}
        for missing in sorted(wanted - rows.keys()):
            raise WrongAudience(NO_SEGMENT, name=missing)
        known |= {key: found for key, found in rows.items() if found is not None}
        inner = [row for found in rows.values() for row in written_conditions(found) if isinstance(row, InSegment)]
        wanted = {row.number for row in inner} - known.keys()
    return known


def _spelt_out(node: Node, known: Mapping[int, Group], path: tuple[int, ...]) -> Node:
    if isinstance(node, Group):
        return Group(node.how, tuple(_spelt_out(part, known, path) for part in node.parts))
    if not isinstance(node, InSegment):
        return node
    if node.number in path or len(path) > MOST_LEVELS:
        raise WrongAudience(ROUND, name=str(node.number))
    means = _spelt_out(known[node.number], known, (*path, node.number))
    return InSegment(node.number, means if isinstance(means, Group) else None)


def _named(conditions: Iterable[Condition]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in ("levels", "tags", "shops", "lists", "segments")}
    for condition in conditions:
        if isinstance(condition, Level):
            found["levels"] |= condition.levels
        elif isinstance(condition, Tagged):
            found["tags"] |= condition.tags
        elif isinstance(condition, New) and condition.shop:
            found["shops"].add(condition.shop)
        elif isinstance(condition, OnList):
            found["lists"].add(str(condition.number))
        elif isinstance(condition, InSegment):
            found["segments"].add(str(condition.number))
    return found
