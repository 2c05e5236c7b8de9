"""What a profile decides about measured values: the same values, the same decision, with every reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coupons.risk.rules import BLOCK, HOLD, POINTS, Profile, Rule
from coupons.risk.signals import Measure

PASS = "pass"  # noqa: S105 (an outcome, no password)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applies: with the value that was measured."""

    rule: Rule
    measured: int

    def as_json(self) -> dict[str, Any]:
        """Return all that explains it later, when the rule may have changed."""
        rule = self.rule
        return {
            "name": rule.name,
            "name_zh": rule.name_zh,
            "signal": rule.signal,
            "per": rule.per,
            "minutes": rule.minutes,
            "comparison": rule.comparison,
            "threshold": rule.threshold,
            "measured": self.measured,
            "effect": rule.effect,
            "points": rule.points if rule.effect == POINTS else 0,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome "pass", "hold" or "block", the points of all rules that apply, and these rules in their order."""

    outcome: str
    score: int = 0
    hits: tuple[Hit, ...] = ()

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return [hit.as_json() for hit in self.hits]


def decide(profile: Profile, act: str, measured: Mapping[Measure, int]) -> Decision:
    """Judge one attempt. What could not be measured (no address, no device) hits no rule."""
    hits = tuple(
        Hit(rule, measured[rule.measure])
        for rule in profile.rules
        if act in rule.acts and rule.measure in measured and rule.hits(measured[rule.measure])
    )
    score = sum(hit.rule.points for hit in hits if hit.rule.effect == POINTS)
    effects = {hit.rule.effect for hit in hits}
    if BLOCK in effects or _reaches(score, profile.block_at):
        return Decision(BLOCK, score, hits)
    if HOLD in effects or _reaches(score, profile.hold_at):
        return Decision(HOLD, score, hits)
    return Decision(PASS, score, hits)


def _reaches(score: int, limit: int | None) -> bool:
    return limit is not None and score >= limit
