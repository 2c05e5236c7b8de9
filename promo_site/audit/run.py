"""audit(): every check there is."""

from collections.abc import Iterator

from promo_site.audit import campaigns, coupons, lotteries, on_hand, orders, refunds
from promo_site.audit.check import Check, Disagreement, Finding

CHECKS: tuple[Check, ...] = (
    *orders.CHECKS,
    *refunds.CHECKS,
    *campaigns.CHECKS,
    *on_hand.CHECKS,
    *coupons.CHECKS,
    *lotteries.CHECKS,
)


def findings() -> Iterator[Finding]:
    """Run the checks one after the other."""
    return (check.run() for check in CHECKS)


def audit() -> list[Disagreement]:
    """Return what disagrees anywhere in the database; an empty list means that all ledgers agree."""
    return [disagreement for finding in findings() for disagreement in finding.listed]
