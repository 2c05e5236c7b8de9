"""Sets of places (of lines, of candidates) as bit masks: small, quick, and equal when their members are."""

from collections.abc import Iterable, Iterator


def places(mask: int) -> Iterator[int]:
    """Yield the places in a set, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def mask_of(members: Iterable[int]) -> int:
    """Return the set of these places."""
    mask = 0
    for place in members:
        mask |= 1 << place
    return mask
