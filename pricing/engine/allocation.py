"""Splits one discount over lines and funders, to the cent."""

from collections.abc import Sequence

from pricing.engine.money import WHOLE_BP, portion


def split(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights; the sum is exact.

    Each gets the floor of its part; the missing cents go one each by largest fraction, larger weight, earlier place.
    Zero weights get zero; without any weight nothing is given.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [amount_cents * weight for weight in weights]
    shares = [part // total for part in parts]
    missing = amount_cents - sum(shares)
    if not missing:
        return shares
    fractions = [part % total for part in parts]
    least = sorted(fractions)[-missing]  # that still gets a cent
    if fractions.count(least) == 1:
        return [share + (fraction >= least) for share, fraction in zip(shares, fractions, strict=True)]
    for place in sorted(range(len(weights)), key=lambda place: (-fractions[place], -weights[place], place))[:missing]:
        shares[place] += 1
    return shares


def split_within(amount_cents: int, weights: Sequence[int], rooms: Sequence[int], *, fixed: bool) -> list[int]:
    """Split an amount so that no line gets more than its room.

    What a line cannot carry of a `fixed` amount moves to the other lines until nobody exceeds; of a rate it is lost.
    What nobody can carry is not given.
    """
    shares = split(amount_cents, weights)
    if all(share <= room for share, room in zip(shares, rooms, strict=True)):
        return shares
    if not fixed:
        return [min(share, room) for share, room in zip(shares, rooms, strict=True)]
    pinned: set[int] = set()
    while full := [i for i, share in enumerate(shares) if i not in pinned and share > rooms[i]]:
        pinned.update(full)
        rest_cents = amount_cents - sum(rooms[i] for i in pinned)
        rest = split(rest_cents, [0 if i in pinned else weight for i, weight in enumerate(weights)])
        shares = [rooms[i] if i in pinned else share for i, share in enumerate(rest)]
    return shares


def funded(shares: Sequence[int], funding: Sequence[tuple[str, int]]) -> list[list[int]]:
    """Split each line's share over the funders: one list per funder, in their order.

    A funder's part of a line is the step of its half-up portion of the running total, the next funder works on what
    is left; so the parts are exact by line and in total, and never negative.
    """
    if len(funding) == 1:
        return [list(shares)]
    parts: list[list[int]] = []
    rest, rest_bp = list(shares), WHOLE_BP
    for _, share_bp in funding[:-1]:
        part = _steps(rest, share_bp, rest_bp)
        parts.append(part)
        rest = [left - given for left, given in zip(rest, part, strict=True)]
        rest_bp -= share_bp
    return [*parts, rest]


def _steps(shares: Sequence[int], share_bp: int, of_bp: int) -> list[int]:
    """Return the portion of each share by differences of the running total's portion."""
    steps, running, given = [], 0, 0
    for share in shares:
        running += share
        now = portion(running, share_bp, of_bp=of_bp) if of_bp else 0
        steps.append(now - given)
        given = now
    return steps
