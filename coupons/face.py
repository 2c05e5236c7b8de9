"""What one coupon can take off at most: what issuing it reserves of the budget."""

from pricing.engine.cart import MAX_CENTS
from pricing.engine.params import MAX_COUNT
from pricing.engine.rules import Benefit, Lines


def face_cents_of(benefit: Benefit) -> int | None:
    """Return the largest discount of a coupon, None where it grows with the order without end."""
    largest, larger = _off_cents(benefit, MAX_CENTS), _off_cents(benefit, MAX_CENTS // 2)
    return largest if largest == larger else None


def _off_cents(benefit: Benefit, total_cents: int) -> int:
    return benefit.off(Lines(nets=(total_cents,), bases=(total_cents,), quantities=(MAX_COUNT,))).cents
