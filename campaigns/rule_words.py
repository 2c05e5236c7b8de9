"""Rules as messages for people: what a rule names by code, by the name in the language of the reader."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from campaigns.audience.about_groups import New, Tagged
from campaigns.audience.about_person import Level
from campaigns.audience.conditions import WrongAudience
from campaigns.audience.names import Names, either
from campaigns.audience.tree import Group, load_tree, written_conditions
from campaigns.selectors.segments import names_of
from pricing.engine.conditions.member_level import MemberLevel
from pricing.engine.conditions.shopper_tag import ShopperTag
from pricing.engine.messages import N_, Message
from pricing.engine.named_goods import Goods, SetBenefit, named
from pricing.engine.rules import Benefit, Condition
from pricing.models import Sku

NOTHING_CALLED = Names()


def asked(rule: Benefit | Condition, names: Names = NOTHING_CALLED, goods: Mapping[str, str] | None = None) -> Message:
    """Return what a rule says of itself, with member levels and tags called by their names (`names_told`,
    `names_for_staff`) and named goods by theirs (`goods_names`). One query for a rule whose goods are not given by
    name, else none."""
    told = rule.describe()
    if isinstance(rule, SetBenefit):
        called = goods_names([rule]) if goods is None else goods
        return Message(told.msgid, {**told.figures, "goods": _in_words(rule.goods, called)})
    if isinstance(rule, MemberLevel):
        return Message(told.msgid, {"levels": either(_called(rule.levels, names.levels))})
    if isinstance(rule, ShopperTag):
        return Message(told.msgid, {"tags": either(_called(rule.tags, names.tags))})
    return told


def asked_of_shoppers(rule: Benefit | Condition, names: Names) -> Message:
    """Return the same as shoppers may read it: tags are internal, by code and by name."""
    return Message(N_("for selected customers only")) if isinstance(rule, ShopperTag) else asked(rule, names)


def _called(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Names in their own order, levels from the lowest; then what has none."""
    asked_for = set(codes)
    return [name for code, name in names.items() if code in asked_for] + sorted(asked_for - names.keys())


def goods_names(rules: Iterable[Benefit | Condition]) -> dict[str, str]:
    """Return how the SKUs are called that these rules name in sets, by code. One query, or none."""
    codes = {code for rule in rules if isinstance(rule, SetBenefit) for code, _ in rule.goods}
    found = Sku.objects.filter(code__in=codes).select_related("product") if codes else ()
    return {sku.code: sku.local_name for sku in found}


def _in_words(goods: Goods, names: Mapping[str, str]) -> str:
    return named(tuple((names.get(code, code), pieces) for code, pieces in goods))


def names_told(terms: Iterable[Any]) -> Names:
    """Return how the levels and shops are called that the `conditions` and audiences of these tell shoppers.

    Two queries at most, none where nothing is named.
    """
    rows = list(terms)
    told = [part for tree in _trees(rows) for part in written_conditions(tree) if isinstance(part, Level | New)]
    asked_for = Level(frozenset(_codes(rows, "member_level", "levels")))
    return names_of([asked_for, *told])


def names_for_staff(terms: Iterable[Any]) -> Names:
    """Return how the levels and tags are called that the `conditions` of these ask for. Two queries at most."""
    rows = list(terms)
    tags, levels = _codes(rows, "shopper_tag", "tags"), _codes(rows, "member_level", "levels")
    return names_of([Level(frozenset(levels)), Tagged(frozenset(tags))])


def _codes(terms: Iterable[Any], condition: str, param: str) -> set[str]:
    rows = (row for each in terms for row in each.conditions if row.get("code") == condition)
    return {code for row in rows for code in row["params"][param]}


def _trees(terms: Iterable[Any]) -> Iterator[Group]:
    """Those that can be read: what cannot is told as an audience of selected customers."""
    for each in terms:
        with suppress(WrongAudience):
            if tree := load_tree(getattr(each, "audience", {})):
                yield tree
