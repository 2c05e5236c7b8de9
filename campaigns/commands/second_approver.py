"""Why a revision needs two different people to approve it: limits set in the back office, and what others register.

A rule is asked when a revision is handed in and again at each approval; what it answers is kept with the revision and
never taken back. The conflict report registers its rule here, as anything may that knows of a danger.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.depth import Depth
from campaigns.models import ReviewLimit
from campaigns.selectors.review_limits import limit_in_force
from pricing.engine.messages import N_, Message
from pricing.wording import plain_percent

Rule = Callable[[Any, datetime], Iterable[Message]]
_rules: list[Rule] = []


@dataclass(frozen=True, slots=True)
class Stakes:
    """What is at stake with a revision: its deepest cut, and its budget in cents (None = unlimited)."""

    depth: Depth | None
    budget_cents: int | None


def second_approver_rule(rule: Rule) -> Rule:
    """Register a rule: `rule(revision, at)` yields the reasons why one approver is not enough for a revision."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def second_approver_reasons(revision: Any, at: datetime, stakes: Stakes) -> list[Message]:
    """Return every reason for a second approver: those of the limits, then those of each rule."""
    limit = limit_in_force(kind_of(revision))
    return [*over_limit(stakes, limit), *(reason for rule in _rules for reason in rule(revision, at))]


def kind_of(revision: Any) -> str:
    """Return the kind of reviewed thing that a revision belongs to, such as "campaigns.campaign"."""
    return type(revision)._meta.get_field("current_of").related_model._meta.label_lower


def over_limit(stakes: Stakes, limit: ReviewLimit | None) -> list[Message]:
    """Return which limits are exceeded, and by how much; equality is within a limit."""
    if limit is None:
        return []
    return [*_over_depth(stakes.depth, limit.depth_bp), *_over_budget(stakes.budget_cents, limit.budget_cents)]


def _over_depth(depth: Depth | None, most_bp: int | None) -> Iterable[Message]:
    if most_bp is None or depth is None or depth.bp <= most_bp:
        return
    yield Message(
        N_("It takes %(depth)s %% off (%(witness)s): %(over)s points above the limit of %(limit)s %%."),
        {
            "depth": plain_percent(depth.bp),
            "over": plain_percent(depth.bp - most_bp),
            "limit": plain_percent(most_bp),
            "witness": depth.witness,
        },
    )


def _over_budget(budget_cents: int | None, most_cents: int | None) -> Iterable[Message]:
    if most_cents is None:
        return
    if budget_cents is None:
        yield Message(N_("Its budget is unlimited; the limit is %(limit_cents)s."), {"limit_cents": most_cents})
    elif budget_cents > most_cents:
        yield Message(
            N_("Its budget of %(budget_cents)s is %(over_cents)s above the limit of %(limit_cents)s."),
            {"budget_cents": budget_cents, "over_cents": budget_cents - most_cents, "limit_cents": most_cents},
        )
