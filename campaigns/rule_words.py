"""Rules as messages for people: what a rule names by code, by the name in the language of the reader."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.audience.names import either
from campaigns.models import MemberLevel
from pricing.engine.conditions import member_level
from pricing.engine.messages import Message
from pricing.engine.named_goods import Goods, SetBenefit, named
from pricing.engine.rules import Benefit, Condition
from pricing.models import Sku


def asked(rule: Benefit | Condition, levels: Mapping[str, str], goods: Mapping[str, str] | None = None) -> Message:
    """Return what a rule says of itself, with member levels called by their names (`level_names`) and named goods by
    theirs (`goods_names`). One query for a rule whose goods are not given by name, else none."""
    told = rule.describe()
    if isinstance(rule, SetBenefit):
        names = goods_names([rule]) if goods is None else goods
        return Message(told.msgid, {**told.figures, "goods": _in_words(rule.goods, names)})
    if not isinstance(rule, member_level.MemberLevel):
        return told
    lowest_first = [code for code in levels if code in rule.levels] + sorted(rule.levels - levels.keys())
    return Message(told.msgid, {"levels": either(levels.get(code, code) for code in lowest_first)})


def goods_names(rules: Iterable[Benefit | Condition]) -> dict[str, str]:
    """Return how the SKUs are called that these rules name in sets, by code. One query, or none."""
    codes = {code for rule in rules if isinstance(rule, SetBenefit) for code, _ in rule.goods}
    found = Sku.objects.filter(code__in=codes).select_related("product") if codes else ()
    return {sku.code: sku.local_name for sku in found}


def _in_words(goods: Goods, names: Mapping[str, str]) -> str:
    return named(tuple((names.get(code, code), pieces) for code, pieces in goods))


def level_names(terms: Iterable[Any]) -> dict[str, str]:
    """Return, lowest first, how the member levels are called that these `conditions` ask for. One query, or none."""
    rows = (row for each in terms for row in each.conditions if row.get("code") == "member_level")
    codes = {code for row in rows for code in row["params"]["levels"]}
    return {level.code: level.local_name for level in MemberLevel.objects.filter(code__in=codes)} if codes else {}
