"""Portions of an amount: the only place that rounds a rate."""

WHOLE_BP = 10_000


def portion(amount_cents: int, rate_bp: int, *, of_bp: int = WHOLE_BP) -> int:
    """Return `rate_bp` out of `of_bp` of a non-negative amount in cents, rounded half up."""
    return (2 * amount_cents * rate_bp + of_bp) // (2 * of_bp)


def at_most(amount_cents: int, part: int, whole: int) -> int:
    """Return `part` out of `whole` of a non-negative amount in cents, rounded up: no rounding gives more."""
    return -(-amount_cents * part // whole)


def price_of_units(net_cents: int, quantity: int, units: int) -> int:
    """Return what the first `units` of `quantity` units cost together, in cents, when all cost `net_cents`.

    Unit k therefore costs the difference between two neighbours, and all units cost exactly the net.
    """
    return net_cents * units // quantity
