"""A rule, and a profile of rules: plain values, stored as JSON, checked before they are stored."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coupons.risk.signals import ACTS, LONGEST_WINDOW_DAYS, SIGNALS, Measure
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
POINTS, HOLD, BLOCK = "points", "hold", "block"
EFFECTS = {POINTS: N_("add points"), HOLD: N_("hold for review"), BLOCK: N_("refuse")}
MOST_POINTS = 1000
MOST_RULES = 30
LONGEST_NAME = 120
LONGEST_WINDOW = LONGEST_WINDOW_DAYS * 24 * 60


class WrongRule(Refusal):
    """A rule that cannot be; `field` is always "rules", and the message names the rule by its number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """“`signal` per `per` within `minutes` `comparison` `threshold`” → `effect`, for attempts of these `acts`.

    `points` count with the effect "points" only. The names tell staff, never shoppers, what the rule is about.
    """

    signal: str
    comparison: str
    threshold: int
    effect: str
    acts: tuple[str, ...]
    name: str
    name_zh: str
    per: str = ""
    minutes: int = 0
    points: int = 0

    @property
    def measure(self) -> Measure:
        return Measure(self.signal, self.per, self.minutes)

    def hits(self, value: int) -> bool:
        return COMPARISONS[self.comparison](value, self.threshold)


@dataclass(frozen=True, slots=True)
class Profile:
    """Rules, and the scores from which an attempt is held or refused (None = never by score)."""

    rules: tuple[Rule, ...]
    hold_at: int | None = None
    block_at: int | None = None

    def measures(self, act: str) -> set[Measure]:
        """Return what has to be measured to decide about an attempt of this kind."""
        return {rule.measure for rule in self.rules if act in rule.acts}


def stored(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return rules as JSON values."""
    return [asdict(rule) | {"acts": list(rule.acts)} for rule in rules]


def load_profile(rows: Sequence[Mapping[str, Any]], *, hold_at: int | None, block_at: int | None) -> Profile:
    """Return the profile that was stored. Raises WrongRule for what this version does not know."""
    return Profile(tuple(load_rule(row, number) for number, row in enumerate(rows, start=1)), hold_at, block_at)


def load_rule(row: Mapping[str, Any], number: int = 1) -> Rule:
    """Return one rule. Raises WrongRule saying which one, and what is wrong with it."""
    try:
        rule = Rule(**{**row, "acts": tuple(row["acts"])})
    except (TypeError, KeyError):
        raise _wrong(N_("Rule %(number)s is not complete."), number) from None
    for wrong, text in _faults(rule):
        if wrong:
            raise _wrong(text, number)
    return rule


def _faults(rule: Rule) -> list[tuple[bool, str]]:
    signal = SIGNALS.get(rule.signal)
    if signal is None:
        return [(True, N_("Rule %(number)s measures something unknown."))]
    return [
        (rule.comparison not in COMPARISONS, N_("Rule %(number)s: choose how to compare.")),
        (not isinstance(rule.threshold, int), N_("Rule %(number)s: the threshold is a whole number.")),
        (rule.effect not in EFFECTS, N_("Rule %(number)s: say what happens.")),
        (
            rule.effect == POINTS and not 1 <= rule.points <= MOST_POINTS,
            N_("Rule %(number)s: give 1 to 1000 points."),
        ),
        (not rule.acts or not set(rule.acts) <= set(ACTS), N_("Rule %(number)s: say what it applies to.")),
        (not rule.name.strip() or not rule.name_zh.strip(), N_("Rule %(number)s needs a name in both languages.")),
        (
            bool(signal.per) and rule.per not in signal.per,
            N_("Rule %(number)s: say by whom it is counted: this signal cannot be counted by what you chose."),
        ),
        (not signal.per and rule.per != "", N_("Rule %(number)s: this signal is about the customer alone.")),
        (
            signal.windowed and not 1 <= rule.minutes <= LONGEST_WINDOW,
            N_("Rule %(number)s: say within which time, 90 days at most."),
        ),
        (not signal.windowed and rule.minutes != 0, N_("Rule %(number)s: this signal has no time to count in.")),
    ]


def _wrong(text: str, number: int) -> WrongRule:
    return WrongRule(text, field="rules", number=number)
