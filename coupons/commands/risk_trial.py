"""Try a profile on the attempts of the past: what it would have held and refused, rule by rule. Nothing is changed."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import Customer
from coupons.models import RiskAttempt, RiskOutcome, RiskProfileRevision
from coupons.risk.deciding import PASS, Decision
from coupons.risk.replay import Past, replay
from coupons.risk.rules import load_profile
from coupons.risk.signals import GUEST
from coupons.selectors.risk import returned_by
from pricing.csv_text import cell

SHOWN = 50
MOST_LINES = 20_000
STEP = 1_000
COLUMNS = (
    "pk", "at", "act", "key", "customer", "address", "device", "account_hours", "level_rank", "phone_verified",
    "device_hours", "outcome",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What a trial has found so far; `rules` by their number in the profile."""

    attempts: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: {"hold": 0, "block": 0})
    real: dict[str, int] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    affected: list[tuple[Past, Decision]] = field(default_factory=list)


def try_profile(
    revision: RiskProfileRevision, *, since: datetime, until: datetime, progress: Callable[..., None]
) -> tuple[dict[str, Any], str]:
    """Return figures as JSON values, and a CSV of what would have been held or refused; `progress` as jobs tell it.

    What came before `since` is judged, too, as far back as rules count, but not told.
    """
    profile = load_profile(revision.rules, hold_at=revision.hold_at, block_at=revision.block_at)
    window = timedelta(minutes=max((rule.minutes for rule in profile.rules), default=0))
    attempts = _judged_between(since - window, until)
    total, found = attempts.filter(at__gt=since).count(), Found(rules=[_empty(row) for row in revision.rules])
    places = {rule: number for number, rule in enumerate(profile.rules)}
    real: dict[int, str] = {}
    for past, decision in replay(profile, _past(attempts, real), returned_by):
        outcome = real.pop(past.id)
        if past.at <= since:
            continue
        found.attempts += 1
        found.real[outcome] = found.real.get(outcome, 0) + 1
        for hit in decision.hits:
            row = found.rules[places[hit.rule]]
            row["hits"] += 1
            if decision.outcome != PASS:
                row[decision.outcome] += 1
        if decision.outcome != PASS:
            found.outcomes[decision.outcome] += 1
            if len(found.affected) < MOST_LINES:
                found.affected.append((past, decision))
        if found.attempts % STEP == 0:
            progress(found.attempts, of=total)
    lines = list(_lines(found.affected))
    when = {"since": since.isoformat(), "until": until.isoformat(), "number": revision.number}
    return {**_figures(found), "shown": lines[:SHOWN], **when}, _csv(lines)


def _figures(found: Found) -> dict[str, Any]:
    return {
        "attempts": found.attempts,
        **found.outcomes,
        "held_then": found.real.get(RiskOutcome.HOLD, 0),
        "refused_then": found.real.get(RiskOutcome.BLOCK, 0),
        "rules": found.rules,
    }


def _judged_between(since: datetime, until: datetime) -> QuerySet[RiskAttempt]:
    """Whom a block list refused then no profile would have judged."""
    on_a_list = Q(outcome=RiskOutcome.BLOCK, reasons__0__has_key="block")
    return RiskAttempt.objects.filter(~on_a_list, at__gt=since, at__lte=until)


def days_before(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)


def _empty(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hits": 0, "hold": 0, "block": 0}


def _past(attempts: Any, real: dict[int, str]) -> Iterator[Past]:
    """Yield attempts in the order in which they came; `real` keeps what was decided about each then."""
    for row in attempts.order_by("at", "pk").values(*COLUMNS).iterator(STEP):
        who = {"customer": row["customer"], "address": _bytes(row["address"]), "device": _bytes(row["device"])}
        facts = {
            "account_hours": row["account_hours"],
            "level_rank": row["level_rank"],
            "phone_verified": int(row["phone_verified"]),
            "device_hours": row["device_hours"],
        }
        if row["customer"] is None:
            facts |= GUEST
        real[row["pk"]] = row["outcome"]
        yield Past(
            id=row["pk"],
            at=row["at"],
            act=row["act"],
            key=row["key"],
            who={name: value for name, value in who.items() if value is not None},
            account_hours=row["account_hours"],
            facts={name: value for name, value in facts.items() if value is not None},
        )


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None


def _lines(affected: list[tuple[Past, Decision]]) -> Iterator[dict[str, Any]]:
    people = {past.customer for past, _ in affected if past.customer is not None}
    codes = dict(Customer.objects.filter(pk__in=people).values_list("pk", "code"))
    for past, decision in affected:
        yield {
            "attempt": past.id,
            "at": past.at.isoformat(),
            "act": past.act,
            "customer": codes.get(past.customer, ""),
            "outcome": decision.outcome,
            "score": decision.score,
            "reasons": decision.reasons,
        }


def _csv(lines: list[dict[str, Any]]) -> str:
    """One line for each attempt; customer numbers and names of rules are what people have typed."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["attempt", "at", "act", "customer", "outcome", "score", "rules"])
    for line in lines:
        rules = "; ".join(f"{reason['name']} ({reason['measured']})" for reason in line["reasons"])
        plain = [line[name] for name in ("attempt", "at", "act")]
        writer.writerow([*plain, cell(line["customer"]), line["outcome"], line["score"], cell(rules)])
    return text.getvalue()
