"""Which number is drawn, and what it wins: pure, and checkable by anybody once the seed is known.

A number is HMAC-SHA256(seed, "lottery:customer:draw") brought into 0 … 999,999. The seed is made at approval and
stays secret while people draw; its SHA-256 digest is shown from the start, so it cannot be exchanged afterwards.
Odds are whole parts per million; what the prizes leave over is "no prize".
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from hashlib import sha256
from hmac import digest as hmac_digest
from itertools import accumulate

PARTS = 1_000_000
SEED_BYTES = 32
# The largest multiple of PARTS within 256 bits: what lies beyond would favour low numbers, so it is drawn again.
FAIR_BELOW = 2**256 // PARTS * PARTS


def digest_of_seed(seed: bytes) -> str:
    """Return what is published of a seed: SHA-256, 64 hexadecimal digits."""
    return sha256(seed).hexdigest()


def message_of(*, lottery: int, customer: int, seq: int) -> str:
    """Return the text that is hashed for the `seq`-th draw of a customer."""
    return f"{lottery}:{customer}:{seq}"


def _hash(seed: bytes, message: str) -> int:
    return int.from_bytes(hmac_digest(seed, message.encode(), "sha256"), "big")


def number_of(seed: bytes, message: str, hashed: Callable[[bytes, str], int] = _hash) -> int:
    """Return the number that is drawn for a message: 0 … 999,999, each as likely as the others.

    A hash that would favour low numbers is followed by that of the message with ":1", ":2" … (about one in 10^71).
    """
    value, again = hashed(seed, message), 0
    while value >= FAIR_BELOW:
        again += 1
        value = hashed(seed, f"{message}:{again}")
    return value % PARTS


def landed_on(number: int, odds_ppm: Sequence[int]) -> int | None:
    """Return the index of the prize that a number wins, None for no prize; prizes lie one after the other from 0."""
    ends = list(accumulate(odds_ppm))
    index = bisect_right(ends, number)
    return index if index < len(ends) else None


def ranges_of(odds_ppm: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last number of each prize; of one without odds the last comes before the first."""
    ends = list(accumulate(odds_ppm))
    return [(end - odds, end - 1) for end, odds in zip(ends, odds_ppm, strict=True)]


def rest_ppm(odds_ppm: Sequence[int]) -> int:
    """Return the odds of no prize; negative if the prizes have more than there is."""
    return PARTS - sum(odds_ppm)


def fallback_share(nothing_ppm: int, after: int | None) -> Fraction:
    """Return which share of draws gets the guaranteed coupon, for customers who draw on and on.

    It comes with the `after`-th draw in a row without a prize (None = never). Between two coupons of a customer lie
    1 + q + … + q^(after-1) draws on average, and q^after of these waits end with the guaranteed one.
    """
    if after is None:
        return Fraction(0)
    losing = Fraction(nothing_ppm, PARTS)
    return losing**after / sum(losing**draws for draws in range(after))
