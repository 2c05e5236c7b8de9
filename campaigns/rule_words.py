"""Rules as messages for people: what a rule names by code, by the name in the language of the reader."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.audience.names import either
from campaigns.models import MemberLevel
from pricing.engine.conditions import member_level
from pricing.engine.messages import Message
from pricing.engine.rules import Benefit, Condition


def asked(rule: Benefit | Condition, levels: Mapping[str, str]) -> Message:
    """Return what a rule says of itself, with member levels called by their names (`level_names`)."""
    told = rule.describe()
    if not isinstance(rule, member_level.MemberLevel):
        return told
    lowest_first = [code for code in levels if code in rule.levels] + sorted(rule.levels - levels.keys())
    return Message(told.msgid, {"levels": either(levels.get(code, code) for code in lowest_first)})


def level_names(terms: Iterable[Any]) -> dict[str, str]:
    """Return, lowest first, how the member levels are called that these `conditions` ask for. One query, or none."""
    rows = (row for each in terms for row in each.conditions if row.get("code") == "member_level")
    codes = {code for row in rows for code in row["params"]["levels"]}
    return {level.code: level.local_name for level in MemberLevel.objects.filter(code__in=codes)} if codes else {}
