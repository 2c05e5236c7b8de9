"""Which purchase a cancellation takes back. Pure: lines in, units per line out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Purchase:
    """One line bought earlier, and how many units of it have not come back. `place` orders lines of one moment."""

    line: int
    order: int
    at: datetime
    place: tuple[str, int]
    list_cents: int
    left: int


def match(purchases: Iterable[Purchase], *, units: int, at: datetime) -> list[tuple[Purchase, int]]:
    """Return (purchase, units) for a cancellation at `at`; empty where it cannot be served in full.

    The latest purchase with enough units left; else several, the latest first. What is matched is no longer left.
    """
    earlier = sorted(
        (purchase for purchase in purchases if purchase.at <= at and purchase.left),
        key=lambda purchase: (purchase.at, purchase.place),
        reverse=True,
    )
    if sum(purchase.left for purchase in earlier) < units:
        return []
    whole = next((purchase for purchase in earlier if purchase.left >= units), None)
    taken = []
    for purchase in [whole] if whole else earlier:
        part = min(purchase.left, units)
        if not part:
            break
        purchase.left -= part
        units -= part
        taken.append((purchase, part))
    return taken
