"""What a lottery is expected to give away: pure, in exact fractions, rounded up at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from coupons.drawing import PARTS, fallback_share, rest_ppm


@dataclass(frozen=True, slots=True)
class PrizeTerms:
    """Odds in parts per million, what is there (None = no limit), and what one coupon reserves."""

    odds_ppm: int
    stock: int | None
    face_cents: int


@dataclass(frozen=True, slots=True)
class Expected:
    """How many coupons, and their face value; both rounded up."""

    pieces: int
    cents: int


def expected_prizes(prizes: Sequence[PrizeTerms], *, draws: int) -> list[Expected]:
    """Return what so many draws give of each prize; no more than its stock."""
    return [_expected(min(_wanted(prize, draws), prize.stock or draws), prize.face_cents) for prize in prizes]


def expected_fallback(prizes: Sequence[PrizeTerms], *, face_cents: int, after: int | None, draws: int) -> Expected:
    """Return what so many draws give of the guaranteed coupon: with the `after`-th draw in a row without a prize,
    and in place of prizes that have run out.
    """
    missing = [max(_wanted(prize, draws) - prize.stock, 0) for prize in prizes if prize.stock is not None]
    nothing_ppm = rest_ppm([prize.odds_ppm for prize in prizes])
    return _expected(draws * fallback_share(nothing_ppm, after) + sum(missing), face_cents)


def _wanted(prize: PrizeTerms, draws: int) -> Fraction:
    return Fraction(draws * prize.odds_ppm, PARTS)


def _expected(pieces: Fraction | int, face_cents: int) -> Expected:
    return Expected(pieces=ceil(pieces), cents=ceil(pieces * face_cents))
