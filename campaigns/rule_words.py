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


def asked(rule: Benefit | Condition, levels: Mapping[str, str]) -> Message:
    """Return what a rule says of itself, with member levels called by their names (`level_names`) and named goods by
    theirs. One query for a rule that names goods, else none."""
    told = rule.describe()
    if isinstance(rule, SetBenefit):
        return Message(told.msgid, {**told.figures, "goods": _in_words(rule.goods)})
    if not isinstance(rule, member_level.MemberLevel):
        return told
    lowest_first = [code for code in levels if code in rule.levels] + sorted(rule.levels - levels.keys())
    return Message(told.msgid, {"levels": either(levels.get(code, code) for code in lowest_first)})


def _in_words(goods: Goods) -> str:
    found = Sku.objects.filter(code__in=[code for code, _ in goods]).select_related("product")
    names = {sku.code: sku.local_name for sku in found}
    return named(tuple((names.get(code, code), pieces) for code, pieces in goods))


def level_names(terms: Iterable[Any]) -> dict[str, str]:
    """Return, lowest first, how the member levels are called that these `conditions` ask for. One query, or none."""
    rows = (row for each in terms for row in each.conditions if row.get("code") == "member_level")
    codes = {code for row in rows for code in row["params"]["levels"]}
    return {level.code: level.local_name for level in MemberLevel.objects.filter(code__in=codes)} if codes else {}
