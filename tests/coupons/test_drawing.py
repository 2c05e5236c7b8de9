"""Numbers and odds: exact, fair, and the same for everybody who computes them."""

import hashlib
import hmac
from collections import Counter
from fractions import Fraction

import pytest

from coupons.drawing import (
    FAIR_BELOW,
    PARTS,
    digest_of_seed,
    fallback_share,
    landed_on,
    message_of,
    number_of,
    rest_ppm,
)

pytestmark = pytest.mark.req("CPN-06")

SEED = bytes(range(32))
SIGMAS = 5


def within(found: int, *, parts: int, draws: int) -> bool:
    """Whether a count lies within five standard deviations of `draws` binomial draws; in whole numbers."""
    off = found * PARTS - draws * parts
    return off**2 <= SIGMAS**2 * draws * parts * (PARTS - parts)


def test_a_number_is_the_hmac_of_its_draw_as_anybody_can_compute_it():
    message = message_of(lottery=7, customer=42, seq=3)
    assert message == "7:42:3"
    assert number_of(SEED, message) == int(hmac.new(SEED, b"7:42:3", hashlib.sha256).hexdigest(), 16) % 1_000_000
    assert digest_of_seed(SEED) == hashlib.sha256(SEED).hexdigest()


def test_a_hash_that_would_favour_low_numbers_is_drawn_again():
    assert FAIR_BELOW % PARTS == 0
    assert 0 < 2**256 - FAIR_BELOW < PARTS
    hashes = {"1:2:3": FAIR_BELOW, "1:2:3:1": 2**256 - 1, "1:2:3:2": 5, "1:2:4": FAIR_BELOW - 1}
    assert number_of(SEED, "1:2:3", hashed=lambda seed, message: hashes[message]) == 5
    assert number_of(SEED, "1:2:4", hashed=lambda seed, message: hashes[message]) == 999_999


@pytest.mark.parametrize(
    ("number", "prize"), [(0, 0), (4_999, 0), (5_000, 1), (104_999, 1), (105_000, None), (999_999, None)]
)
def test_prizes_lie_one_after_the_other_and_the_rest_is_no_prize(number, prize):
    assert landed_on(number, [5_000, 100_000]) == prize
    assert rest_ppm([5_000, 100_000]) == 895_000


def test_a_million_draws_fall_on_each_prize_within_five_standard_deviations():
    odds, draws = [1, 500, 20_000, 129_499, 350_000], 1_000_000
    found = Counter(landed_on(number_of(SEED, f"1:{draw // 10}:{draw % 10 + 1}"), odds) for draw in range(draws))
    assert sum(found.values()) == draws
    for prize, parts in enumerate(odds):
        assert within(found[prize], parts=parts, draws=draws), (prize, found[prize])
    assert within(found[None], parts=rest_ppm(odds), draws=draws)
    # The bound is sharp enough to notice odds that are wrong by one part in forty.
    assert not within(found[3], parts=odds[3] * 41 // 40, draws=draws)


def test_the_share_of_guaranteed_coupons_is_that_of_long_series():
    assert fallback_share(500_000, None) == 0
    assert fallback_share(900_000, 1) == Fraction(9, 10)
    assert fallback_share(500_000, 2) == Fraction(1, 6)
    assert fallback_share(PARTS, 5) == Fraction(1, 5)
    given = lacking = 0
    for draw in range(30_000):
        lost = landed_on(number_of(SEED, f"2:1:{draw}"), [500_000]) is None
        lacking = lacking + 1 if lost else 0
        if lacking == 2:
            given, lacking = given + 1, 0
    assert abs(given - 30_000 // 6) < 350
