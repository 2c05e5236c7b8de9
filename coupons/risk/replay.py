"""A profile over attempts of the past: what it would have held or refused, in the order in which they came.

What is counted grows with what the profile itself lets through, as it would have in life.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coupons.risk.deciding import Decision, decide
from coupons.risk.rules import BLOCK, Profile
from coupons.risk.signals import (
    COUNTS,
    FEWEST,
    SIGNALS,
    Measure,
    is_new,
    share_bp,
)

# (customer, measure, moment) -> the value, None where nobody is known; for what attempts do not tell: returned coupons.
Elsewhere = Callable[[int | None, Measure, datetime], int | None]


@dataclass(frozen=True, slots=True)
class Past:
    """One attempt as it was: `who` holds customer, address and device as far as they were known.

    `key` names what was asked for: who asks twice has asked once.
    """

    id: int
    at: datetime
    act: str
    key: str
    who: Mapping[str, object]
    account_hours: int | None
    facts: Mapping[str, int]

    @property
    def customer(self) -> object:
        return self.who.get("customer")


@dataclass(slots=True)
class _Counted:
    """What was let through from one source: moments in order, and the attempts beside them."""

    moments: list[datetime] = field(default_factory=list)
    attempts: list[Past] = field(default_factory=list)

    def since(self, moment: datetime) -> list[Past]:
        return self.attempts[bisect_right(self.moments, moment) :]


def replay(profile: Profile, attempts: Iterable[Past], elsewhere: Elsewhere) -> Iterator[tuple[Past, Decision]]:
    """Yield every attempt with what the profile would have decided; attempts come in the order of their moments."""
    let_through: dict[tuple[str, object], _Counted] = defaultdict(_Counted)
    for attempt in attempts:
        measured: dict[Measure, int] = {}
        for measure in profile.measures(attempt.act):
            value = _measured(measure, attempt, let_through, elsewhere)
            if value is not None:
                measured[measure] = value
        decision = decide(profile, attempt.act, measured)
        yield attempt, decision
        if decision.outcome != BLOCK:
            for who in attempt.who.items():
                let_through[who].moments.append(attempt.at)
                let_through[who].attempts.append(attempt)


def _measured(
    measure: Measure, attempt: Past, let_through: Mapping[tuple[str, object], _Counted], elsewhere: Elsewhere
) -> int | None:
    signal = SIGNALS[measure.signal]
    if not signal.windowed:
        return attempt.facts.get(measure.signal)
    if not signal.per:
        customer = attempt.customer
        return elsewhere(customer if isinstance(customer, int) else None, measure, attempt.at)
    if measure.per not in attempt.who:
        return None
    counted = let_through[measure.per, attempt.who[measure.per]]
    before = [
        past for past in counted.since(attempt.at - timedelta(minutes=measure.minutes)) if past.act in signal.acts
    ]
    if measure.signal in COUNTS:
        return len({past.key for past in [*before, attempt]})
    # An account is as old as it is now: what it did when it was new says nothing of it any more.
    return _of_accounts(measure, [attempt, *(past for past in before if past.customer != attempt.customer)])


def _of_accounts(measure: Measure, attempts: list[Past]) -> int:
    accounts = {past.customer for past in attempts if past.customer is not None}
    if measure.signal == "accounts":
        return len(accounts)
    new = {past.customer for past in attempts if is_new(past.account_hours)}
    return share_bp(len(new), len(accounts), fewest=FEWEST)
