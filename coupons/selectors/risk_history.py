"""What staff look at before they decide about somebody: the past of a customer, and who shares address or device."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from campaigns.models import Customer
from coupons.models import CouponEvent, RiskAttempt, RiskBlock
from coupons.selectors.drawers import drawer_counts

DAYS = 30
MOST = 20


@dataclass(frozen=True, slots=True)
class Sharer:
    """A customer from the same address or device: how many attempts, since when an account."""

    customer: Customer
    attempts: int


@dataclass(frozen=True, slots=True)
class History:
    """Attempts of the last 30 days by outcome, coupons by drawer of the wallet, how many came back, the last attempts.

    Drawers without coupons are left out.
    """

    outcomes: dict[str, int]
    coupons: dict[str, int]
    returned: int
    latest: list[RiskAttempt]


def history_of(customer_id: int | None, *, at: datetime) -> History:
    """Return the past of a customer; four queries, none for a guest."""
    if customer_id is None:
        return History({}, {}, 0, [])
    attempts = RiskAttempt.objects.filter(customer=customer_id, at__gt=at - timedelta(days=DAYS))
    coupons = drawer_counts(customer=customer_id, at=at)
    return History(
        outcomes=dict(attempts.order_by().values_list("outcome").annotate(Count("pk"))),
        coupons={drawer: number for drawer, number in coupons.items() if number},
        returned=CouponEvent.objects.filter(coupon__customer=customer_id, move="return").count(),
        latest=list(attempts.order_by("-pk")[:MOST]),
    )


def sharers_of(attempt: RiskAttempt, *, at: datetime) -> dict[str, list[Sharer]]:
    """Return the other customers of the last 30 days from the same address and device. Four queries at most."""
    return {
        name: _sharers(attempt, name, at=at) for name in ("address", "device") if getattr(attempt, name) is not None
    }


def _sharers(attempt: RiskAttempt, name: str, *, at: datetime) -> list[Sharer]:
    same = RiskAttempt.objects.filter(**{name: getattr(attempt, name)}, at__gt=at - timedelta(days=DAYS))
    others = same.exclude(Q(customer=None) | Q(customer=attempt.customer_id)).order_by()
    counts = dict(others.values_list("customer").annotate(number=Count("pk")).order_by("-number")[:MOST])
    people = Customer.objects.in_bulk(counts)
    return [Sharer(people[pk], number) for pk, number in counts.items()]


def blocks_on(attempt: RiskAttempt, *, at: datetime) -> list[RiskBlock]:
    """Return the blocks in force for the customer, address and device of an attempt. One query."""
    named: dict[str, Any] = {"customer": str(attempt.customer_id) if attempt.customer_id else None}
    named |= {name: bytes(value).hex() for name in ("address", "device") if (value := getattr(attempt, name))}
    same = Q(pk=None)
    for kind, value in named.items():
        if value:
            same |= Q(kind=kind, value=value)
    in_force = RiskBlock.objects.filter(Q(until=None) | Q(until__gt=at), same, lifted_at=None)
    return list(in_force.select_related("by"))
